using System.Text.Json;

namespace Radl.Evaluation.Reports;

/// <summary>The report as <c>report.json</c>; <c>docs/evaluation.md</c> describes its fields.</summary>
public static class ReportJson
{
    /// <summary>Version of the form.</summary>
    public const int FormatVersion = 1;

    /// <summary>UTF-8 JSON, indented.</summary>
    public static byte[] Write(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("format_version", FormatVersion);
            json.WriteString("title", report.Title);
            json.WriteStartObject("header");
            foreach ((string name, string value) in report.Header)
            {
                json.WriteString(name, value);
            }
            json.WriteEndObject();
            WriteAll(json, "sections", report.Sections, WriteSection);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteSection(Utf8JsonWriter json, ReportSection section)
    {
        json.WriteStartObject();
        json.WriteString("id", section.Id);
        json.WriteString("title", section.Title);
        WriteTexts(json, "text", section.Paragraphs);
        WriteAll(json, "tables", section.Tables, WriteTable);
        WriteAll(json, "pictures", section.Pictures, WritePictures);
        json.WriteEndObject();
    }

    private static void WriteTable(Utf8JsonWriter json, ReportTable table)
    {
        json.WriteStartObject();
        json.WriteString("id", table.Id);
        json.WriteString("title", table.Title);
        WriteTexts(json, "notes", table.Notes);
        WriteAll(json, "columns", table.Columns, static (json, column) =>
        {
            json.WriteStartObject();
            json.WriteString("key", column.Key);
            json.WriteString("title", column.Title);
            json.WriteString("unit", column.Unit);
            json.WriteEndObject();
        });
        json.WriteStartArray("rows");
        foreach (ReportRow row in table.Rows)
        {
            WriteRow(json, table.Columns, row);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter json, IReadOnlyList<ReportColumn> columns, ReportRow row)
    {
        json.WriteStartObject();
        json.WriteString("label", row.Label);
        json.WriteString("kind", row.Kind.ToString().ToLowerInvariant());
        if (row.Note.Length > 0)
        {
            json.WriteString("note", row.Note);
        }
        json.WriteStartObject("values");
        for (int i = 0; i < row.Cells.Count; i++)
        {
            if (row.Cells[i] is not { } cell || double.IsNaN(cell.Estimate))
            {
                json.WriteNull(columns[i].Key);
                continue;
            }
            json.WriteStartObject(columns[i].Key);
            json.WriteNumber("value", cell.Estimate);
            if (cell.IsKnown())
            {
                json.WriteNumber("low", cell.Low);
                json.WriteNumber("high", cell.High);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePictures(Utf8JsonWriter json, PictureTable pictures)
    {
        json.WriteStartObject();
        json.WriteString("id", pictures.Id);
        json.WriteString("title", pictures.Title);
        WriteTexts(json, "columns", pictures.Columns);
        WriteAll(json, "rows", pictures.Rows, static (json, row) =>
        {
            json.WriteStartObject();
            json.WriteString("caption", row.Caption);
            WriteTexts(json, "verdicts", [.. row.Cells.Select(cell => cell.Verdict)]);
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }
        json.WriteEndArray();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            write(json, item);
        }
        json.WriteEndArray();
    }
}
