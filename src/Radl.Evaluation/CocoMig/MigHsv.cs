namespace Radl.Evaluation.CocoMig;

/// <summary>A colour as OpenCV's 8-bit conversion gives it: hue in steps of two degrees (0 to 179), saturation and value 0 to 255.</summary>
public readonly record struct MigHsv(byte Hue, byte Saturation, byte Value)
{
    private const int Shift = 12;
    private const int Half = 1 << (Shift - 1);

    // Fixed-point reciprocals: their rounding decides the last bit, and with it whether a pixel lies in a range.
    private static readonly int[] SaturationOf = Table(255);
    private static readonly int[] HueOf = Table(180 / 6.0);

    /// <summary>Converts one pixel.</summary>
    public static MigHsv FromRgb(byte red, byte green, byte blue)
    {
        int value = Math.Max(red, Math.Max(green, blue));
        int chroma = value - Math.Min(red, Math.Min(green, blue));
        int saturation = ((chroma * SaturationOf[value]) + Half) >> Shift;
        int sector = value == red ? green - blue : value == green ? blue - red + (2 * chroma) : red - green + (4 * chroma);
        int hue = ((sector * HueOf[chroma]) + Half) >> Shift;
        return new((byte)(hue < 0 ? hue + 180 : hue), (byte)saturation, (byte)value);
    }

    private static int[] Table(double scale)
    {
        var table = new int[256];
        for (int i = 1; i < table.Length; i++)
        {
            table[i] = (int)Math.Round(scale * (1 << Shift) / i, MidpointRounding.ToEven);
        }

        return table;
    }
}
