using System.Globalization;

namespace Radl.Layout.Scenes;

/// <summary>Integers that are not written as such: JSON Schema counts every number without a fraction as one, 128.0 and 1e2 too.</summary>
internal static class IntegralNumber
{
    /// <summary>Reads a JSON number exactly; nothing is rounded.</summary>
    /// <param name="text">A number as JSON writes it.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether it has no fraction and 64 bits hold it.</returns>
    public static bool TryRead(string text, out long value)
    {
        value = 0;
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var number = mark < 0 ? text : text[..mark];
        var point = number.IndexOf('.', StringComparison.Ordinal);
        var digits = number.Replace(".", "", StringComparison.Ordinal).TrimStart('-').TrimStart('0');
        var whole = digits.TrimEnd('0');
        if (whole.Length == 0)
            return true;
        if (!int.TryParse(mark < 0 ? "0" : text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
            return false;
        // Zeros to write behind the last digit that is none.
        var zeros = (long)exponent - (point < 0 ? 0 : number.Length - point - 1) + digits.Length - whole.Length;
        return zeros >= 0 && whole.Length + zeros <= 19
            && long.TryParse((text[0] == '-' ? "-" : "") + whole + new string('0', (int)zeros), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
