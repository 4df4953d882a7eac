namespace Radl.Layout.Regions;

/// <summary>A box in shares of the picture, origin top left.</summary>
/// <param name="X1">Left edge, 0 to 1.</param>
/// <param name="Y1">Upper edge.</param>
/// <param name="X2">Right edge, greater than <paramref name="X1"/>.</param>
/// <param name="Y2">Lower edge, greater than <paramref name="Y1"/>.</param>
public readonly record struct NormalizedBox(double X1, double Y1, double X2, double Y2)
{
    /// <summary>The middle, in shares of the picture.</summary>
    public (double X, double Y) Centre => ((X1 + X2) / 2, (Y1 + Y2) / 2);

    /// <summary>The rule that the box breaks, in words, or null: four finite numbers in [0, 1] with x1 &lt; x2 and y1 &lt; y2
    /// (also once they are rounded to single precision, as the position embedding does).</summary>
    public string? Violation => Outside("x1", X1) ?? Outside("y1", Y1) ?? Outside("x2", X2) ?? Outside("y2", Y2)
        ?? NotGreater("x2", X2, "x1", X1) ?? NotGreater("y2", Y2, "y1", Y1);

    /// <summary>Whether two boxes share more than an edge.</summary>
    public bool Meets(NormalizedBox other) => X1 < other.X2 && other.X1 < X2 && Y1 < other.Y2 && other.Y1 < Y2;

    private static string? Outside(string name, double value) =>
        value is >= 0 and <= 1 ? null
        : FormattableString.Invariant($"{name} ({value}) ") + (double.IsFinite(value) ? "must lie in [0, 1]" : "must be a finite number");

    private static string? NotGreater(string high, double highValue, string low, double lowValue) =>
        (float)highValue > (float)lowValue ? null : FormattableString.Invariant($"{high} ({highValue}) must be greater than {low} ({lowValue})");
}
