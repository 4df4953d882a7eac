using Radl.Diffusion.Imaging;

namespace Radl.Evaluation.Reports;

/// <summary>The report as one page that needs nothing else: no script, no font, no picture from elsewhere.</summary>
public static class ReportHtml
{
    /// <summary>The page.</summary>
    public static string Write(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var html = new HtmlWriter();
        html.Doctype();
        html.Element(
            "html",
            () =>
            {
                html.Element("head", () =>
                {
                    html.Empty("meta", ("charset", "utf-8"));
                    html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                    html.Element("title", report.Title);
                    html.Style(ReportStyle.Css);
                });
                html.Element("body", () => WriteBody(html, report));
            },
            ("lang", "en"));
        return html.ToString();
    }

    private static void WriteBody(HtmlWriter html, EvaluationReport report)
    {
        html.Element("a", "To the figures", ("class", "skip"), ("href", "#main"));
        html.Element("header", () =>
        {
            html.Element("h1", report.Title);
            html.Element("dl", () =>
            {
                foreach ((string name, string value) in report.Header)
                {
                    html.Element("dt", name);
                    html.Element("dd", value);
                }
            });
        });
        html.Element(
            "nav",
            () => html.Element("ul", () =>
            {
                foreach (ReportSection section in report.Sections)
                {
                    html.Element("li", () => html.Element("a", section.Title, ("href", "#" + section.Id)));
                }
            }),
            ("aria-label", "Contents"));
        html.Element(
            "main",
            () =>
            {
                foreach (ReportSection section in report.Sections)
                {
                    html.Element("section", () => WriteSection(html, section), ("id", section.Id), ("aria-labelledby", section.Id + "-title"));
                }
            },
            ("id", "main"));
    }

    private static void WriteSection(HtmlWriter html, ReportSection section)
    {
        html.Element("h2", section.Title, ("id", section.Id + "-title"));
        foreach (string paragraph in section.Paragraphs)
        {
            html.Element("p", paragraph);
        }
        foreach (ReportTable table in section.Tables)
        {
            WriteTable(html, table);
            for (int column = 0; column < table.Columns.Count; column++)
            {
                if (table.Columns[column].IsPlotted)
                {
                    IntervalPlot.Write(html, table, column);
                }
            }
        }
        foreach (PictureTable pictures in section.Pictures)
        {
            WritePictures(html, pictures);
        }
    }

    private static void WriteTable(HtmlWriter html, ReportTable table)
    {
        bool hasNotes = table.Rows.Any(row => row.Note.Length > 0);
        Scrollable(html, table.Title, () => html.Element(
            "table",
            () =>
            {
                html.Element("caption", table.Title);
                html.Element("thead", () => html.Element("tr", () =>
                {
                    html.Element("td", "");
                    foreach (ReportColumn column in table.Columns)
                    {
                        html.Element("th", Figures.Heading(column), ("scope", "col"));
                    }
                    if (hasNotes)
                    {
                        html.Element("th", "Note", ("scope", "col"));
                    }
                }));
                html.Element("tbody", () =>
                {
                    foreach (ReportRow row in table.Rows)
                    {
                        html.Element("tr", () => WriteRow(html, table.Columns, row, hasNotes), ("class", row.Kind.ToString().ToLowerInvariant()));
                    }
                });
            },
            ("id", table.Id)));
        foreach (string note in table.Notes)
        {
            html.Element("p", note, ("class", "note"));
        }
    }

    private static void WriteRow(HtmlWriter html, IReadOnlyList<ReportColumn> columns, ReportRow row, bool hasNotes)
    {
        html.Element("th", Figures.Label(row), ("scope", "row"));
        for (int i = 0; i < columns.Count; i++)
        {
            ReportColumn column = columns[i];
            if (row.Cells.ElementAtOrDefault(i) is not { } cell)
            {
                html.Element("td", "—");
                continue;
            }
            html.Element("td", () =>
            {
                html.Element("b", Figures.Value(cell.Estimate, column));
                if (cell.IsKnown())
                {
                    html.Element("small", Figures.Interval(cell, column));
                }
            });
        }
        if (hasNotes)
        {
            html.Element("td", row.Note, ("class", "text"));
        }
    }

    private static void WritePictures(HtmlWriter html, PictureTable pictures) => Scrollable(html, pictures.Title, () => html.Element(
        "table",
        () =>
        {
            html.Element("caption", pictures.Title);
            html.Element("thead", () => html.Element("tr", () =>
            {
                html.Element("th", "Prompt", ("scope", "col"));
                foreach (string column in pictures.Columns)
                {
                    html.Element("th", column, ("scope", "col"));
                }
            }));
            html.Element("tbody", () =>
            {
                foreach (PictureRow row in pictures.Rows)
                {
                    html.Element("tr", () =>
                    {
                        html.Element("th", row.Caption, ("scope", "row"), ("class", "prompt"));
                        for (int i = 0; i < row.Cells.Count; i++)
                        {
                            WritePicture(html, row, row.Cells[i], pictures.Columns[i]);
                        }
                    });
                }
            });
        },
        ("id", pictures.Id),
        ("class", "pictures")));

    private static void WritePicture(HtmlWriter html, PictureRow row, PictureCell cell, string column) => html.Element("td", () =>
    {
        html.Empty(
            "img",
            ("alt", $"{column}: {row.Caption}"),
            ("width", FormattableString.Invariant($"{cell.Image.Width}")),
            ("height", FormattableString.Invariant($"{cell.Image.Height}")),
            ("src", "data:image/png;base64," + Convert.ToBase64String(PngWriter.ToBytes(cell.Image))));
        html.Element("small", cell.Verdict);
    });

    // A wide table scrolls in its own frame, which the keyboard can reach.
    private static void Scrollable(HtmlWriter html, string label, Action content) =>
        html.Element("div", content, ("class", "wide"), ("role", "region"), ("tabindex", "0"), ("aria-label", label));
}
