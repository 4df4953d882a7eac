using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>Constant-colour pictures for the bootstrapping, drawn and picked from each picture's seed.</summary>
internal static class ColourPictures
{
    // The noise begins at the seed itself; colours must not follow from it.
    private const ulong Apart = 0x9E3779B97F4A7C15;
    private const long PixelsAtOnce = 512 * 512;

    /// <summary>Draws, encodes and picks; null where there is nothing to pick for.</summary>
    /// <param name="vae">Encodes; the posterior's mean is taken, times the scaling factor.</param>
    /// <param name="rows">Pictures and their regions.</param>
    /// <param name="seeds">One per picture.</param>
    /// <param name="colours">Colours of a picture.</param>
    /// <param name="steps">Bootstrapping steps.</param>
    /// <param name="windows">Windows of a step.</param>
    /// <param name="window">Any window: they have one size.</param>
    public static Bootstrap? Of(AutoencoderKl vae, RegionRows rows, IReadOnlyList<ulong> seeds, int colours, int steps, int windows, LatentWindow window)
    {
        if (steps == 0 || rows.Rows == rows.Pictures)
        {
            return null;
        }
        using var scope = TensorScope.Enter();
        var backgrounds = new List<Tensor>();
        var picks = new List<Tensor>();
        for (int b = 0; b < rows.Pictures; b++)
        {
            picks.Add(Tensor.Zeros([(long)steps * windows, 1], DType.Int64)); // The background prompt takes none of what it picks.
            if (rows.Counts[b] == 0)
            {
                continue;
            }
            using var generator = new Generator(seeds[b] ^ Apart);
            Tensor drawn = Tensor.Rand([colours, 3, 1, 1], generator);
            long first = (long)backgrounds.Count * colours;
            picks.Add(Tensor.RandInt(first, first + colours, [(long)steps * windows, rows.Counts[b]], generator));
            backgrounds.Add(Encode(vae, drawn, window, rows.Weights.Device));
        }
        return new Bootstrap(steps, Tensor.Cat([.. backgrounds], 0).Keep(), Tensor.Cat([.. picks], 1).To(rows.Weights.Device).Keep());
    }

    private static Tensor Encode(AutoencoderKl vae, Tensor colours, LatentWindow window, Device device)
    {
        using var scope = TensorScope.Enter();
        int factor = vae.Config.Factor;
        long height = (long)window.Height * factor;
        long width = (long)window.Width * factor;
        int atOnce = (int)Math.Max(1, PixelsAtOnce / (height * width));
        var parts = new List<Tensor>();
        for (int first = 0; first < colours.Size(0); first += atOnce)
        {
            long count = Math.Min(atOnce, colours.Size(0) - first);
            using var inner = TensorScope.Enter();
            Tensor pictures = ((colours.Narrow(0, first, count) * 2) - 1).To(device).Expand(count, 3, height, width);
            parts.Add(inner.Return((vae.Encode(pictures).Mean * vae.Config.ScalingFactor).To(DType.Float32)));
        }
        return scope.Return(parts.Count == 1 ? parts[0] : Tensor.Cat([.. parts], 0));
    }
}
