using Radl.Toybox.Drawing;
using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox;

/// <summary>What a pixel is taken for when it belongs to an object.</summary>
internal enum Tone : byte
{
    /// <summary>Background, ink or a dim edge.</summary>
    None,
    Body,
    Dark,
    Light,
}

/// <summary>The nearest hue and the tone of every pixel of a picture.</summary>
internal sealed class PixelTones
{
    private const int LeastChroma = 64; // of 255: half an edge pixel's share of a body, and below any dot
    private const float LeastSaturation = .25f; // beige has .17, a dot .32
    private const int LightFloor = 110; // smallest channel: a body has 19, a dot 173
    private const int DarkCeiling = 172; // largest channel: a body has 242, a band 107

    private static readonly ToyColor[] NearestHue = MakeNearestHue();

    /// <summary>Classifies every pixel, RGB HWC.</summary>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> does not hold <c>size * size * 3</c> bytes.</exception>
    public PixelTones(ReadOnlySpan<byte> rgb, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (rgb.Length != size * size * 3)
        {
            throw new ArgumentException($"rgb: {rgb.Length} bytes, but a picture of {size}x{size} has {size * size * 3}", nameof(rgb));
        }

        Size = size;
        Colors = new ToyColor[size * size];
        Tones = new Tone[size * size];
        for (int i = 0, at = 0; i < Colors.Length; i++, at += 3)
        {
            (Colors[i], Tones[i]) = Classify(rgb[at], rgb[at + 1], rgb[at + 2]);
        }
    }

    public int Size { get; }

    public ToyColor[] Colors { get; }

    public Tone[] Tones { get; }

    public BitPicture Of(ToyColor color)
    {
        var picture = new BitPicture(Size, Size);
        for (int i = 0; i < Colors.Length; i++)
        {
            picture.Pixels[i] = Tones[i] != Tone.None && Colors[i] == color;
        }

        return picture;
    }

    private static (ToyColor Color, Tone Tone) Classify(int r, int g, int b)
    {
        int max = Math.Max(r, Math.Max(g, b));
        int min = Math.Min(r, Math.Min(g, b));
        int chroma = max - min;
        if (chroma < LeastChroma || chroma < LeastSaturation * max)
        {
            return (default, Tone.None);
        }

        float sector = max == r ? (float)(g - b) / chroma : max == g ? ((float)(b - r) / chroma) + 2 : ((float)(r - g) / chroma) + 4;
        int hue = ((int)MathF.Floor((sector * 60) + .5f) + 360) % 360;
        Tone tone = min > LightFloor ? Tone.Light : max < DarkCeiling ? Tone.Dark : Tone.Body;
        return (NearestHue[hue], tone);
    }

    private static ToyColor[] MakeNearestHue()
    {
        var nearest = new ToyColor[360];
        for (int hue = 0; hue < nearest.Length; hue++)
        {
            nearest[hue] = Enum.GetValues<ToyColor>().MinBy(c =>
            {
                float apart = MathF.Abs(ToyPalette.Hue(c) - hue);
                return MathF.Min(apart, 360 - apart);
            });
        }

        return nearest;
    }
}
