using System.Text;

namespace Radl.Evaluation.Reports;

/// <summary>The report as <c>report.md</c>. Pictures stand in files beside it, one per row.</summary>
public static class ReportMarkdown
{
    /// <summary>Name of the file of a row of pictures, relative to the report.</summary>
    public static string PictureFile(PictureTable pictures, int row)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return FormattableString.Invariant($"pictures/{pictures.Id}-{row + 1}.png");
    }

    /// <summary>The text.</summary>
    public static string Write(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        Line(text, $"# {Plain(report.Title)}");
        Line(text);
        Line(text, "| | |");
        Line(text, "| --- | --- |");
        foreach ((string name, string value) in report.Header)
        {
            Line(text, $"| {Plain(name)} | {Plain(value)} |");
        }
        foreach (ReportSection section in report.Sections)
        {
            Line(text);
            Line(text, $"## {Plain(section.Title)}");
            foreach (string paragraph in section.Paragraphs)
            {
                Line(text);
                Line(text, Plain(paragraph));
            }
            foreach (ReportTable table in section.Tables)
            {
                WriteTable(text, table);
            }
            foreach (PictureTable pictures in section.Pictures)
            {
                WritePictures(text, pictures);
            }
        }
        return text.ToString();
    }

    private static void WriteTable(StringBuilder text, ReportTable table)
    {
        bool hasNotes = table.Rows.Any(row => row.Note.Length > 0);
        Line(text);
        Line(text, $"### {Plain(table.Title)}");
        Line(text);
        Line(text, $"| | {string.Join(" | ", table.Columns.Select(column => Plain(Figures.Heading(column))))} |{(hasNotes ? " |" : "")}");
        Line(text, $"| --- |{string.Concat(Enumerable.Repeat(" --- |", table.Columns.Count + (hasNotes ? 1 : 0)))}");
        foreach (ReportRow row in table.Rows)
        {
            IEnumerable<string> cells = table.Columns.Select((column, i) => row.Cells.ElementAtOrDefault(i) is { } cell
                ? $"{Figures.Value(cell.Estimate, column)} {Figures.Interval(cell, column)}".TrimEnd()
                : "—");
            string label = row.Kind == ReportRowKind.Paper ? $"*{Plain(Figures.Label(row))}*" : Plain(Figures.Label(row));
            Line(text, $"| {label} | {string.Join(" | ", cells)} |{(hasNotes ? $" {Plain(row.Note)} |" : "")}");
        }
        foreach (string note in table.Notes)
        {
            Line(text);
            Line(text, Plain(note));
        }
    }

    private static void WritePictures(StringBuilder text, PictureTable pictures)
    {
        Line(text);
        Line(text, $"### {Plain(pictures.Title)}");
        for (int i = 0; i < pictures.Rows.Count; i++)
        {
            PictureRow row = pictures.Rows[i];
            Line(text);
            Line(text, $"*{Plain(row.Caption)}*");
            Line(text);
            Line(text, $"![{Plain(row.Caption)}: {Plain(string.Join(", ", pictures.Columns))}]({PictureFile(pictures, i)})");
            Line(text);
            Line(text, string.Join("; ", pictures.Columns.Zip(row.Cells, (column, cell) => $"{Plain(column)}: {Plain(cell.Verdict)}")));
        }
    }

    // A cell's text must not end it.
    private static string Plain(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');
}
