using System.Globalization;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Reports;

/// <summary>A column of a table as intervals over one axis, one row below the other: an SVG picture inside the page.</summary>
internal static class IntervalPlot
{
    private const double Width = 720;
    private const double Left = 230;
    private const double Right = 60;
    private const double RowHeight = 22;
    private const double Top = 8;
    private const double Axis = 26;
    private const int Ticks = 5;

    /// <summary>Draws the measured rows that have a figure; nothing where there are fewer than two.</summary>
    public static void Write(HtmlWriter html, ReportTable table, int column)
    {
        (ReportRow Row, Interval Cell)[] rows =
        [
            .. from row in table.Rows
               where row.Kind is ReportRowKind.Measured or ReportRowKind.Ceiling
               let cell = row.Cells.ElementAtOrDefault(column)
               where cell is { } known && !double.IsNaN(known.Estimate)
               select (row, cell.Value),
        ];
        if (rows.Length < 2)
        {
            return;
        }
        ReportColumn head = table.Columns[column];
        string id = $"plot-{table.Id}-{head.Key}";
        double step = Step(rows.Min(entry => Low(entry.Cell)), rows.Max(entry => High(entry.Cell)));
        double from = Math.Floor(rows.Min(entry => Low(entry.Cell)) / step) * step;
        double to = Math.Max(from + step, Math.Ceiling(rows.Max(entry => High(entry.Cell)) / step) * step);
        double height = Top + (rows.Length * RowHeight) + Axis;
        html.Element("figure", () =>
        {
            html.Element(
                "svg",
                () =>
                {
                    html.Element("title", $"{table.Title}: {Figures.Heading(head)}, with 95 % intervals", ("id", id));
                    for (double tick = from; tick <= to + (step / 2); tick += step)
                    {
                        string x = Number(X(tick));
                        html.Empty("line", ("class", "grid"), ("x1", x), ("x2", x), ("y1", Number(Top)), ("y2", Number(height - Axis)));
                        html.Element("text", tick.ToString("0.##", CultureInfo.InvariantCulture), ("x", x), ("y", Number(height - 8)), ("text-anchor", "middle"));
                    }
                    for (int i = 0; i < rows.Length; i++)
                    {
                        WriteRow(rows[i].Row, rows[i].Cell, Top + ((i + .5) * RowHeight));
                    }
                },
                ("viewBox", $"0 0 {Number(Width)} {Number(height)}"),
                ("role", "img"),
                ("aria-labelledby", id));
            html.Element("figcaption", $"{Figures.Heading(head)}, with 95 % intervals");
        });

        double X(double value) => Left + ((value - from) / (to - from) * (Width - Left - Right));

        void WriteRow(ReportRow row, Interval cell, double y)
        {
            string kind = row.Kind == ReportRowKind.Ceiling ? "ceiling" : "measured";
            html.Element("text", row.Label, ("x", Number(Left - 10)), ("y", Number(y + 4)), ("text-anchor", "end"));
            if (cell.IsKnown())
            {
                html.Empty("line", ("class", $"interval {kind}"), ("x1", Number(X(cell.Low))), ("x2", Number(X(cell.High))), ("y1", Number(y)), ("y2", Number(y)));
            }
            html.Empty("circle", ("class", kind), ("cx", Number(X(cell.Estimate))), ("cy", Number(y)), ("r", "4"));
            html.Element("text", Figures.Value(cell.Estimate, head), ("x", Number(Width - Right + 8)), ("y", Number(y + 4)));
        }
    }

    private static double Low(Interval cell) => cell.IsKnown() ? Math.Min(cell.Low, cell.Estimate) : cell.Estimate;

    private static double High(Interval cell) => cell.IsKnown() ? Math.Max(cell.High, cell.Estimate) : cell.Estimate;

    // 1, 2 or 5 times a power of ten.
    private static double Step(double low, double high)
    {
        double rough = Math.Max((high - low) / Ticks, 1e-6);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        });
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
