namespace Radl.Evaluation.CocoMig;

/// <summary>The seven colours of COCO-MIG, each one or two boxes in HSV, both ends included.</summary>
public static class MigColors
{
    /// <summary>Share of an object's pixels from which on it has the colour.</summary>
    public const double LeastShare = .2;

    private static readonly Dictionary<string, Range[]> Ranges = new(StringComparer.Ordinal)
    {
        ["red"] = [new(0, 50, 70, 9, 255, 255), new(159, 50, 70, 180, 255, 255)],
        ["blue"] = [new(90, 50, 70, 128, 255, 255)],
        ["green"] = [new(36, 50, 70, 89, 255, 255)],
        ["yellow"] = [new(25, 50, 70, 35, 255, 255)],
        ["black"] = [new(0, 0, 0, 180, 255, 30)],
        ["white"] = [new(0, 0, 221, 180, 43, 255)],
        ["brown"] = [new(6, 43, 35, 25, 255, 255)],
    };

    /// <summary>Names of the colours.</summary>
    public static IReadOnlyCollection<string> Names => Ranges.Keys;

    /// <summary>Whether a pixel has a colour.</summary>
    /// <exception cref="ArgumentException">The benchmark has no such colour.</exception>
    public static bool Contains(string color, MigHsv pixel)
    {
        foreach (Range range in RangesOf(color))
        {
            if (range.Contains(pixel))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many pixels of a mask have a colour.</summary>
    /// <param name="rgb">RGB, 3 bytes a pixel.</param>
    /// <param name="mask">One entry a pixel.</param>
    /// <param name="color">One of <see cref="Names"/>.</param>
    /// <returns>The pixels of the colour, and of the mask.</returns>
    /// <exception cref="ArgumentException">Unknown colour, or picture and mask differ in size.</exception>
    public static (int Colored, int Mask) Count(ReadOnlySpan<byte> rgb, ReadOnlySpan<bool> mask, string color)
    {
        Range[] ranges = RangesOf(color);
        if (rgb.Length != 3L * mask.Length)
        {
            throw new ArgumentException($"rgb: {rgb.Length} bytes for a mask of {mask.Length} pixels", nameof(rgb));
        }

        int colored = 0;
        int count = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i])
            {
                MigHsv pixel = MigHsv.FromRgb(rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]);
                count++;
                colored += Array.Exists(ranges, r => r.Contains(pixel)) ? 1 : 0;
            }
        }

        return (colored, count);
    }

    private static Range[] RangesOf(string color) =>
        Ranges.TryGetValue(color, out Range[]? ranges)
            ? ranges
            : throw new ArgumentException($"color: '{color}' is none of {string.Join(", ", Names)}", nameof(color));

    private readonly record struct Range(byte LowHue, byte LowSaturation, byte LowValue, byte HighHue, byte HighSaturation, byte HighValue)
    {
        public bool Contains(MigHsv p) =>
            p.Hue >= LowHue && p.Hue <= HighHue && p.Saturation >= LowSaturation && p.Saturation <= HighSaturation && p.Value >= LowValue && p.Value <= HighValue;
    }
}
