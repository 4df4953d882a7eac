using Radl.Torch;

namespace Radl.Diffusion.Vae;

/// <summary>Decodes a picture in tiles that overlap and are blended: the decoder's memory is that of one tile.</summary>
/// <remarks>
/// The decoder's norms and its attention see a tile for the picture, so tones differ a little from tile to tile; the blend hides it.
/// A picture of one tile is decoded as a whole, bit for bit.
/// </remarks>
/// <param name="MostSide">Longest side of a tile, in latents.</param>
/// <param name="Overlap">Least overlap of neighbours, in latents.</param>
public sealed record VaeTiling(int MostSide = 48, int Overlap = 12)
{
    /// <summary>Decodes latents (divided by the scaling factor), as <see cref="AutoencoderKl.Decode"/> does.</summary>
    /// <param name="vae">The decoder.</param>
    /// <param name="latents">[batch, channels, h, w].</param>
    /// <exception cref="ArgumentException">The overlap is not shorter than the tile.</exception>
    public Tensor Decode(AutoencoderKl vae, Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(latents);
        if (Overlap < 0 || MostSide < 1 || Overlap >= MostSide)
        {
            throw new ArgumentException($"tiles of {MostSide} latents cannot overlap by {Overlap}");
        }
        long[] shape = latents.Shape;
        TileSpan[] rows = Spans(shape[2], MostSide, Overlap);
        TileSpan[] columns = Spans(shape[3], MostSide, Overlap);
        if (rows.Length == 1 && columns.Length == 1)
        {
            return vae.Decode(latents);
        }
        using var scope = TensorScope.Enter();
        int factor = vae.Config.Factor;
        Tensor sum = Tensor.Zeros([shape[0], vae.Config.OutChannels, shape[2] * factor, shape[3] * factor], latents.DType, latents.Device);
        Tensor weights = Tensor.Zeros([shape[2] * factor, shape[3] * factor], latents.DType, latents.Device);
        foreach (TileSpan row in rows)
        {
            Tensor down = Tensor.From(row.Weights(factor)).To(latents.Device, latents.DType).Unsqueeze(1);
            foreach (TileSpan column in columns)
            {
                using var tile = TensorScope.Enter();
                Tensor picture = vae.Decode(latents.Narrow(2, row.Start, row.Length).Narrow(3, column.Start, column.Length).Contiguous());
                Tensor weight = down * Tensor.From(column.Weights(factor)).To(latents.Device, latents.DType).Unsqueeze(0);
                Part(sum, 2, row, column).AddInPlace(picture.MulInPlace(weight));
                Part(weights, 0, row, column).AddInPlace(weight);
            }
        }
        return scope.Return(sum.DivInPlace(weights));

        Tensor Part(Tensor whole, int dimension, TileSpan row, TileSpan column) => whole
            .Narrow(dimension, row.Start * factor, row.Length * factor).Narrow(dimension + 1, column.Start * factor, column.Length * factor);
    }

    /// <summary>The fewest spans of one length that cover a side with at least the overlap, evenly laid out.</summary>
    internal static TileSpan[] Spans(long size, int most, int overlap)
    {
        if (size <= most)
        {
            return [new TileSpan(0, size, 0)];
        }
        long count = (size - overlap + most - overlap - 1) / (most - overlap);
        long length = (size + ((count - 1) * overlap) + count - 1) / count;
        long[] starts = [.. Enumerable.Range(0, (int)count).Select(i => i * (size - length) / (count - 1))];
        return [.. starts.Select((start, i) => new TileSpan(start, length, i == 0 ? starts[0] + length - starts[1] : starts[i - 1] + length - start))];
    }
}

/// <summary>One tile along one side, in latents.</summary>
/// <param name="Start">First latent.</param>
/// <param name="Length">How many.</param>
/// <param name="Shared">Latents that it shares with its neighbour.</param>
internal readonly record struct TileSpan(long Start, long Length, long Shared)
{
    /// <summary>Weights of its pixels in the blend: they rise and fall linearly over the shared ones, never to zero.</summary>
    public float[] Weights(int factor)
    {
        long length = Length * factor;
        double ramp = Math.Max(1, Shared * factor);
        return [.. Enumerable.Range(0, (int)length).Select(pixel => (float)Math.Min(1, Math.Min(pixel + 0.5, length - pixel - 0.5) / ramp))];
    }
}
