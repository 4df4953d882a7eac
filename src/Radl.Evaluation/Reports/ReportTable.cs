using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Reports;

/// <summary>Whose figures a row holds.</summary>
public enum ReportRowKind
{
    /// <summary>Ours.</summary>
    Measured,

    /// <summary>Ours, of drawn pictures: what no generation can exceed.</summary>
    Ceiling,

    /// <summary>The paper's, on its own data and model.</summary>
    Paper,

    /// <summary>Nobody's: the note says why.</summary>
    Absent,
}

/// <summary>A column of figures.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Unit">Such as <c>%</c> or <c>s</c>; empty for none.</param>
/// <param name="Digits">Digits after the point.</param>
public sealed record ReportColumn(string Key, string Title, string Unit = "%", int Digits = 1)
{
    /// <summary>Whether a plot of the intervals is drawn.</summary>
    public bool IsPlotted { get; init; }
}

/// <summary>A row of figures, one per column; null where the row has none.</summary>
public sealed record ReportRow(string Label, ReportRowKind Kind, IReadOnlyList<Interval?> Cells)
{
    /// <summary>What a reader must know of the row.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A table of figures.</summary>
/// <param name="Id">Its name in JSON and its anchor.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows.</param>
public sealed record ReportTable(string Id, string Title, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows)
{
    /// <summary>What a reader must know beside the figures.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
