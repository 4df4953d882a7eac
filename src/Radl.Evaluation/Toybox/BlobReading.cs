using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox;

/// <summary>What a region's pixels say about it.</summary>
internal static class BlobReading
{
    private const int LeastCore = 12; // pixels; a thinner region is read without erosion
    private const float StripedShare = .17f;
    private const float DottedShare = .06f;

    /// <summary>The pattern, from the dark and light share of the region's core.</summary>
    public static ToyPattern Pattern(Blob blob, PixelTones tones, float scale)
    {
        BitPicture core = Core(blob, tones, Radius(2, scale));
        Span<int> counts = stackalloc int[4];
        counts.Clear();
        for (int i = 0; i < core.Pixels.Length; i++)
        {
            if (core.Pixels[i])
            {
                (int y, int x) = Math.DivRem(i, core.Width);
                counts[(int)tones.Tones[((y + blob.Y) * tones.Size) + x + blob.X]]++;
            }
        }

        float total = Math.Max(1, counts[(int)Tone.Body] + counts[(int)Tone.Dark] + counts[(int)Tone.Light]);
        float dark = counts[(int)Tone.Dark] / total;
        float light = counts[(int)Tone.Light] / total;
        return dark > StripedShare && dark > light ? ToyPattern.Striped : light > DottedShare ? ToyPattern.Dotted : ToyPattern.Solid;
    }

    // Away from the outline and from ink, whose soft edges look light on white and dark on black; a thin region has no such place.
    private static BitPicture Core(Blob blob, PixelTones tones, int radius)
    {
        var colored = new BitPicture(blob.Mask.Width, blob.Mask.Height);
        for (int i = 0; i < colored.Pixels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, colored.Width);
            colored.Pixels[i] = blob.Mask.Pixels[i] && tones.Tones[((y + blob.Y) * tones.Size) + x + blob.X] != Tone.None;
        }

        BitPicture core = colored.Erode(radius);
        return core.Area >= LeastCore ? core : colored;
    }

    /// <summary>The share of the filled region's pixels that have its hue; ink, windows and washed-out places do not.</summary>
    public static float Purity(Blob blob, PixelTones tones, ToyColor color)
    {
        int own = 0;
        for (int i = 0; i < blob.Mask.Pixels.Length; i++)
        {
            if (blob.Mask.Pixels[i])
            {
                (int y, int x) = Math.DivRem(i, blob.Mask.Width);
                int at = ((y + blob.Y) * tones.Size) + x + blob.X;
                own += tones.Tones[at] != Tone.None && tones.Colors[at] == color ? 1 : 0;
            }
        }

        return (float)own / blob.Area;
    }

    /// <summary>A length in world units as whole pixels, at least one.</summary>
    public static int Radius(float worldUnits, float scale) => Math.Max(1, (int)MathF.Round(worldUnits * scale));
}
