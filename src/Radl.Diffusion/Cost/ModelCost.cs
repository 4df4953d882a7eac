using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Vae;

namespace Radl.Diffusion.Cost;

/// <summary>What the parts that run once per picture cost.</summary>
public static class ModelCost
{
    /// <summary>Decoding of one picture's latents.</summary>
    /// <param name="config">The VAE.</param>
    /// <param name="height">Rows of the latents.</param>
    /// <param name="width">Columns of the latents.</param>
    public static Flops Decode(VaeConfig config, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(config);
        int[] widths = [.. config.BlockOutChannels.Reverse()];
        long pixels = (long)height * width;
        int channels = widths[0];
        Flops sum = Flops.Conv(config.LatentChannels, config.LatentChannels, 1, pixels) + Flops.Conv(config.LatentChannels, channels, 3, pixels);
        sum += (Resnet(channels, channels, pixels) * 2) + (Flops.OfLinear(channels, channels, pixels) * 4) + Flops.OfSelfAttention(pixels, channels);
        for (int level = 0; level < widths.Length; level++)
        {
            for (int layer = 0; layer <= config.LayersPerBlock; layer++)
            {
                sum += Resnet(channels, widths[level], pixels);
                channels = widths[level];
            }
            if (level < widths.Length - 1)
            {
                pixels *= 4;
                sum += Flops.Conv(channels, channels, 3, pixels);
            }
        }
        return sum + Flops.Conv(channels, config.OutChannels, 3, pixels);
    }

    /// <summary>Encoding of one text of <paramref name="tokens"/> tokens.</summary>
    public static Flops Encode(ClipTextConfig config, int tokens)
    {
        ArgumentNullException.ThrowIfNull(config);
        long width = config.HiddenSize;
        Flops layer = (Flops.OfLinear(width, width, tokens) * 4) + (Flops.OfLinear(width, config.IntermediateSize, tokens) * 2) + Flops.OfSelfAttention(tokens, width);
        return layer * config.NumHiddenLayers;
    }

    private static Flops Resnet(int inChannels, int outChannels, long pixels) =>
        Flops.Conv(inChannels, outChannels, 3, pixels) + Flops.Conv(outChannels, outChannels, 3, pixels)
        + (inChannels == outChannels ? default : Flops.Conv(inChannels, outChannels, 1, pixels));
}
