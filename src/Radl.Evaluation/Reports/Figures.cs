using System.Globalization;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Reports;

/// <summary>Figures as a reader sees them.</summary>
internal static class Figures
{
    /// <summary>A value with a column's digits; a dash for none.</summary>
    public static string Value(double value, ReportColumn column) =>
        double.IsNaN(value) ? "—" : (Math.Round(value, column.Digits) + 0.0).ToString("F" + column.Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Whether both ends are known.</summary>
    public static bool IsKnown(this Interval interval) => !double.IsNaN(interval.Low) && !double.IsNaN(interval.High);

    /// <summary>Both ends, such as <c>[91.2, 95.4]</c>; empty for none.</summary>
    public static string Interval(Interval estimate, ReportColumn column) =>
        estimate.IsKnown() ? $"[{Value(estimate.Low, column)}, {Value(estimate.High, column)}]" : "";

    /// <summary>A heading with its unit.</summary>
    public static string Heading(ReportColumn column) => column.Unit.Length == 0 ? column.Title : $"{column.Title}, {column.Unit}";

    /// <summary>A row's label with its owner.</summary>
    public static string Label(ReportRow row) => row.Kind switch
    {
        ReportRowKind.Paper => $"{row.Label} (the paper's)",
        ReportRowKind.Ceiling => $"{row.Label} (ceiling)",
        _ => row.Label,
    };
}
