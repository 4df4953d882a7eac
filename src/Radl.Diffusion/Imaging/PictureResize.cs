namespace Radl.Diffusion.Imaging;

/// <summary>The kernel that a picture is resampled with.</summary>
public enum ResizeFilter
{
    /// <summary>A triangle of radius 1: code 2 of Pillow.</summary>
    Bilinear = 2,

    /// <summary>Keys' cubic with a = -1/2, of radius 2: code 3 of Pillow.</summary>
    Bicubic = 3,
}

/// <summary>Resizes pictures with antialiasing, in Pillow's arithmetic: CLIP was trained and is measured on pictures resized so.</summary>
/// <remarks>
/// The kernel is stretched by the factor of reduction; rows are resampled first, then columns, with weights of 22 fractional bits, and the
/// pictures in between are rounded to bytes.
/// </remarks>
public static class PictureResize
{
    private const int Fraction = 22;
    private const int Half = 1 << (Fraction - 1);

    /// <summary>A picture in another size.</summary>
    /// <param name="rgb">[height, width, 3] bytes.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="newWidth">Pixels a row of the result.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="filter">The kernel.</param>
    /// <returns>[new height, new width, 3] bytes.</returns>
    public static byte[] Resize(ReadOnlySpan<byte> rgb, int width, int height, int newWidth, int newHeight, ResizeFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newHeight, 1);
        if (rgb.Length != checked(width * height * 3))
        {
            throw new ArgumentException($"{width}x{height} pixels need {width * height * 3} bytes, not {rgb.Length}", nameof(rgb));
        }
        byte[] rows = newWidth == width ? rgb.ToArray() : Rows(rgb, width, height, newWidth, filter);
        return newHeight == height ? rows : Columns(rows, newWidth, height, newHeight, filter);
    }

    private static byte[] Rows(ReadOnlySpan<byte> rgb, int width, int height, int newWidth, ResizeFilter filter)
    {
        Taps[] taps = Plan(width, newWidth, filter);
        var result = new byte[newWidth * height * 3];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = rgb.Slice(y * width * 3, width * 3);
            for (int x = 0; x < newWidth; x++)
            {
                Taps tap = taps[x];
                (int r, int g, int b) = (Half, Half, Half);
                int at = tap.First * 3;
                foreach (int weight in tap.Weights)
                {
                    r += row[at] * weight;
                    g += row[at + 1] * weight;
                    b += row[at + 2] * weight;
                    at += 3;
                }
                Write(result.AsSpan(((y * newWidth) + x) * 3, 3), r, g, b);
            }
        }
        return result;
    }

    private static byte[] Columns(byte[] rgb, int width, int height, int newHeight, ResizeFilter filter)
    {
        Taps[] taps = Plan(height, newHeight, filter);
        var result = new byte[width * newHeight * 3];
        for (int y = 0; y < newHeight; y++)
        {
            Taps tap = taps[y];
            for (int x = 0; x < width; x++)
            {
                (int r, int g, int b) = (Half, Half, Half);
                int at = ((tap.First * width) + x) * 3;
                foreach (int weight in tap.Weights)
                {
                    r += rgb[at] * weight;
                    g += rgb[at + 1] * weight;
                    b += rgb[at + 2] * weight;
                    at += width * 3;
                }
                Write(result.AsSpan(((y * width) + x) * 3, 3), r, g, b);
            }
        }
        return result;
    }

    private static void Write(Span<byte> pixel, int r, int g, int b) =>
        (pixel[0], pixel[1], pixel[2]) = ((byte)Math.Clamp(r >> Fraction, 0, 255), (byte)Math.Clamp(g >> Fraction, 0, 255), (byte)Math.Clamp(b >> Fraction, 0, 255));

    // Where each new pixel looks, and with which weights.
    private static Taps[] Plan(int size, int newSize, ResizeFilter filter)
    {
        double step = (double)size / newSize;
        double stretch = Math.Max(step, 1);
        double support = (filter == ResizeFilter.Bicubic ? 2 : 1) * stretch;
        var taps = new Taps[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * step;
            int first = Math.Max((int)(centre - support + 0.5), 0);
            int last = Math.Min((int)(centre + support + 0.5), size);
            var weights = new double[last - first];
            double sum = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                double x = Math.Abs((k + first - centre + 0.5) / stretch);
                weights[k] = filter == ResizeFilter.Bicubic ? Cubic(x) : Math.Max(1 - x, 0);
                sum += weights[k];
            }
            taps[i] = new Taps(first, [.. weights.Select(weight => ToFixed(weight / sum))]);
        }
        return taps;
    }

    private static int ToFixed(double weight) => (int)((weight * (1 << Fraction)) + (weight < 0 ? -0.5 : 0.5));

    private static double Cubic(double x) => x switch
    {
        < 1 => (((1.5 * x) - 2.5) * x * x) + 1,
        < 2 => ((((-0.5 * x) + 2.5) * x) - 4) * x + 2,
        _ => 0,
    };

    private readonly record struct Taps(int First, int[] Weights);
}
