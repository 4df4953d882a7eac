using Radl.Diffusion.Imaging;

namespace Radl.Evaluation.Reports;

/// <summary>One picture among others.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Verdict">What was measured of it, in words.</param>
public sealed record PictureCell(RgbImage Image, string Verdict);

/// <summary>The same scene by several methods.</summary>
/// <param name="Caption">What was asked for.</param>
/// <param name="Cells">One picture per column.</param>
public sealed record PictureRow(string Caption, IReadOnlyList<PictureCell> Cells);

/// <summary>Pictures side by side.</summary>
/// <param name="Id">Its anchor and the name of its files.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">Who made the pictures.</param>
/// <param name="Rows">The scenes.</param>
public sealed record PictureTable(string Id, string Title, IReadOnlyList<string> Columns, IReadOnlyList<PictureRow> Rows);

/// <summary>A part of the report.</summary>
/// <param name="Id">Its anchor.</param>
/// <param name="Title">Its heading.</param>
public sealed record ReportSection(string Id, string Title)
{
    /// <summary>Text before the tables.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>Tables of figures.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Tables of pictures.</summary>
    public IReadOnlyList<PictureTable> Pictures { get; init; } = [];
}

/// <summary>All that an evaluation found. The same report gives the same files, byte for byte.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Header">Command, versions, hashes, machine, time: name and value.</param>
/// <param name="Sections">Its parts.</param>
public sealed record EvaluationReport(string Title, IReadOnlyList<KeyValuePair<string, string>> Header, IReadOnlyList<ReportSection> Sections);
