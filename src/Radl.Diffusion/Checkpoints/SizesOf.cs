using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;

namespace Radl.Diffusion.Checkpoints;

/// <summary>Configs of Stable Diffusion 1.x components, read off the shapes of their parameters where the file has no config.</summary>
/// <remarks>
/// What no shape tells is SD 1.x's: eight heads in the U-Net, 64 channels a head in the text encoder, 32 groups, and what the record's
/// defaults say. A tensor that is missing leaves its default, so that loading names what is missing.
/// </remarks>
internal static class SizesOf
{
    private const int HeadWidth = 64;

    /// <summary>The U-Net's config.</summary>
    /// <param name="shapes">Shapes by diffusers' names.</param>
    /// <param name="file">For the error.</param>
    /// <exception cref="NotSupportedException">The text's width is that of Stable Diffusion 2 or XL, whose U-Nets differ in more than sizes.</exception>
    internal static UNetConfig Unet(IReadOnlyDictionary<string, long[]> shapes, string file)
    {
        var known = new UNetConfig();
        int context = Size(shapes, "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1, known.CrossAttentionDim);
        if (context is 1024 or 1280 or 2048)
        {
            throw new NotSupportedException($"{file}: the U-Net attends to texts of width {context}: this is no Stable Diffusion 1.x (768), and only that is read from a single file");
        }
        return known with
        {
            InChannels = Size(shapes, "conv_in.weight", 1, known.InChannels),
            OutChannels = Size(shapes, "conv_out.weight", 0, known.OutChannels),
            BlockOutChannels = [.. known.BlockOutChannels.Select((width, i) => Size(shapes, $"down_blocks.{i}.resnets.1.conv2.weight", 0, width))],
            CrossAttentionDim = context,
            UseLinearProjection = shapes.TryGetValue("mid_block.attentions.0.proj_in.weight", out long[]? projection) && projection.Length == 2,
        };
    }

    /// <summary>The VAE's config.</summary>
    internal static VaeConfig Vae(IReadOnlyDictionary<string, long[]> shapes)
    {
        var known = new VaeConfig();
        return known with
        {
            LatentChannels = Size(shapes, "post_quant_conv.weight", 0, known.LatentChannels),
            BlockOutChannels = [.. known.BlockOutChannels.Select((width, i) => Size(shapes, $"encoder.down_blocks.{i}.resnets.1.conv2.weight", 0, width))],
        };
    }

    /// <summary>The text encoder's config.</summary>
    internal static ClipTextConfig Text(IReadOnlyDictionary<string, long[]> shapes)
    {
        var known = new ClipTextConfig();
        int width = Size(shapes, "text_model.embeddings.token_embedding.weight", 1, known.HiddenSize);
        int layers = 0;
        while (shapes.ContainsKey(FormattableString.Invariant($"text_model.encoder.layers.{layers}.layer_norm1.weight")))
        {
            layers++;
        }
        return known with
        {
            VocabSize = Size(shapes, "text_model.embeddings.token_embedding.weight", 0, known.VocabSize),
            HiddenSize = width,
            IntermediateSize = Size(shapes, "text_model.encoder.layers.0.mlp.fc1.weight", 0, known.IntermediateSize),
            NumHiddenLayers = layers > 0 ? layers : known.NumHiddenLayers,
            NumAttentionHeads = Math.Max(1, width / HeadWidth),
            MaxPositionEmbeddings = Size(shapes, "text_model.embeddings.position_embedding.weight", 0, known.MaxPositionEmbeddings),
        };
    }

    private static int Size(IReadOnlyDictionary<string, long[]> shapes, string name, int dimension, int otherwise) =>
        shapes.TryGetValue(name, out long[]? shape) && dimension < shape.Length && shape[dimension] is > 0 and <= int.MaxValue ? (int)shape[dimension] : otherwise;
}
