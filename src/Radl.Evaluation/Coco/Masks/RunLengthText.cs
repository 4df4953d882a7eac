using System.Text;

namespace Radl.Evaluation.Coco.Masks;

/// <summary>
/// COCO's text of a run-length mask: from the fourth on, a run is written as its difference from the run two before;
/// each number takes one or more characters of five bits, lowest first, the sixth bit says that more follow, and the
/// fifth bit of the last character is the sign; 48 is added to make them printable.
/// </summary>
public static class RunLengthText
{
    private const int Offset = 48;

    /// <summary>Reads a mask from its text.</summary>
    /// <exception cref="FormatException">The text is no such mask: a foreign character, an open number, a negative run, or runs that do not fill the picture.</exception>
    public static RunLengthMask Read(string text, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var runs = new List<uint>();
        long total = 0;
        for (int at = 0; at < text.Length;)
        {
            long run = Number(text, ref at) + (runs.Count > 2 ? runs[^2] : 0);
            total += run;
            if (run < 0 || total > (long)height * width)
            {
                throw new FormatException($"mask text, run {runs.Count}: length {run} leaves a picture of {height}x{width}");
            }

            runs.Add((uint)run);
        }

        return total == (long)height * width
            ? new(height, width, [.. runs])
            : throw new FormatException($"mask text: its runs cover {total} pixels, a picture of {height}x{width} has {(long)height * width}");
    }

    internal static string Write(ReadOnlySpan<uint> runs)
    {
        var text = new StringBuilder();
        for (int i = 0; i < runs.Length; i++)
        {
            long value = i > 2 ? (long)runs[i] - runs[i - 2] : runs[i];
            bool more = true;
            while (more)
            {
                long bits = value & 31;
                value >>= 5;
                more = (bits & 16) != 0 ? value != -1 : value != 0;
                text.Append((char)(bits + (more ? 32 : 0) + Offset));
            }
        }

        return text.ToString();
    }

    private static long Number(string text, ref int at)
    {
        long value = 0;
        for (int shift = 0; shift < 40 && at < text.Length; shift += 5)
        {
            int c = text[at] - Offset;
            if (c is < 0 or > 63)
            {
                throw new FormatException($"mask text, character {at}: '{text[at]}' is outside '0' to 'o'");
            }

            at++;
            value |= (long)(c & 31) << shift;
            if ((c & 32) == 0)
            {
                return (c & 16) != 0 ? value - (1L << (shift + 5)) : value;
            }
        }

        throw new FormatException($"mask text: the number that ends at character {at} is not complete");
    }
}
