using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox;

/// <summary>
/// Finds and counts all toys of a picture without knowing what was asked for: every region of one hue that is too large
/// to be noise. No learned part; thread safe.
/// </summary>
/// <remarks>Two toys of one colour that stand closer than two pixels (at 128) are one region; scenes keep three.</remarks>
public static class ToyFinder
{
    // In world units: the smallest of six toys is 30 long, the smallest of twenty 16; reflections of a blurred edge are slivers.
    private const float LeastArea = 64;
    private const float LeastLength = 9;
    private const float LeastBreadth = 5;

    /// <summary>The toys of a picture, largest first.</summary>
    /// <param name="rgb">The picture, RGB HWC, <c>size * size * 3</c> bytes.</param>
    /// <param name="size">Side in pixels; thresholds scale with it (made for 64 to 128).</param>
    /// <param name="canvas">The picture's side in world units.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has another length.</exception>
    public static IReadOnlyList<ToyFinding> Find(ReadOnlySpan<byte> rgb, int size, float canvas = ToyScene.StandardCanvas) =>
        Find(new PixelTones(rgb, size), canvas);

    internal static IReadOnlyList<ToyFinding> Find(PixelTones tones, float canvas)
    {
        float scale = tones.Size / canvas;
        var found = new List<(int Area, ToyFinding Finding)>();
        foreach (ToyColor color in Enum.GetValues<ToyColor>())
        {
            foreach (Blob blob in Blob.Find(tones.Of(color).Close((int)scale), Math.Max(4, (int)(LeastArea * scale * scale))))
            {
                if (Math.Max(blob.Mask.Width, blob.Mask.Height) >= LeastLength * scale && Math.Min(blob.Mask.Width, blob.Mask.Height) >= LeastBreadth * scale)
                {
                    found.Add((blob.Area, Describe(blob, color, tones, scale)));
                }
            }
        }

        return [.. found.OrderByDescending(f => f.Area).Select(f => f.Finding)];
    }

    private static ToyFinding Describe(Blob blob, ToyColor color, PixelTones tones, float scale)
    {
        PoseFit best = ShapeTemplates.Fit(blob.Mask).MaxBy(f => f.Iou);
        return new()
        {
            Box = blob.Box,
            Color = color,
            Pattern = BlobReading.Pattern(blob, tones, scale),
            Category = best.Category,
            Flipped = best.Flipped,
            Tilt = best.Tilt,
            Fit = best.Iou,
            Purity = BlobReading.Purity(blob, tones, color),
        };
    }
}
