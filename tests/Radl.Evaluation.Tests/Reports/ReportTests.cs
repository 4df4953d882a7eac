using System.Text.Json;
using System.Xml.Linq;
using Radl.Diffusion.Imaging;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Tests.Reports;

public sealed class ReportTests
{
    private const string Hostile = "a <b> & \"c\" | d\u0001";

    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_from_elsewhere()
    {
        string html = ReportHtml.Write(Sample());
        XElement page = XElement.Parse(html["<!DOCTYPE html>".Length..]);
        Assert.Equal("html", page.Name);
        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.All(page.Descendants("img"), image => Assert.StartsWith("data:image/png;base64,", image.Attribute("src")!.Value, StringComparison.Ordinal));
        Assert.Contains(page.Descendants("dd"), value => value.Value.StartsWith("a <b> & \"c\" | d", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_wide_part_can_be_reached_by_the_keyboard_and_every_picture_has_words()
    {
        XElement page = Page();
        Assert.All(page.Descendants("table"), table => Assert.Equal("0", table.Parent!.Attribute("tabindex")!.Value));
        Assert.All(page.Descendants("img"), image => Assert.NotEmpty(image.Attribute("alt")!.Value));
        Assert.All(page.Descendants("svg"), plot => Assert.NotEmpty(plot.Element("title")!.Value));
        string[] ids = [.. page.Descendants().Select(element => element.Attribute("id")?.Value).OfType<string>()];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(page.Descendants("a").Select(link => link.Attribute("href")!.Value), href => Assert.Contains(href[1..], ids));
    }

    [Fact]
    public void The_papers_rows_are_marked_as_the_papers_and_stay_out_of_the_plots()
    {
        XElement page = Page();
        XElement row = Assert.Single(page.Descendants("tr"), row => row.Attribute("class")?.Value == "paper");
        Assert.Contains("the paper's", row.Element("th")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Descendants("svg").Descendants("text"), text => text.Value.Contains("Theirs", StringComparison.Ordinal));
        Assert.Contains("*Theirs (the paper's)*", ReportMarkdown.Write(Sample()), StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_holds_every_figure_with_its_interval()
    {
        using JsonDocument json = JsonDocument.Parse(ReportJson.Write(Sample()));
        JsonElement table = json.RootElement.GetProperty("sections")[0].GetProperty("tables")[0];
        JsonElement ours = table.GetProperty("rows")[0];
        Assert.Equal("measured", ours.GetProperty("kind").GetString());
        Assert.Equal(90.25, ours.GetProperty("values").GetProperty("success").GetProperty("value").GetDouble());
        Assert.Equal(88, ours.GetProperty("values").GetProperty("success").GetProperty("low").GetDouble());
        Assert.Equal(JsonValueKind.Null, ours.GetProperty("values").GetProperty("relation").ValueKind);
        Assert.False(table.GetProperty("rows")[2].GetProperty("values").GetProperty("success").TryGetProperty("low", out _));
        Assert.Equal("not trained", table.GetProperty("rows")[3].GetProperty("note").GetString());
    }

    [Fact]
    public void The_same_report_gives_the_same_files()
    {
        using var scratch = new Radl.Tests.Shared.ScratchFolder();
        ReportFiles.Write(scratch.In("a"), Sample());
        ReportFiles.Write(scratch.In("b"), Sample());
        string[] names = [.. Directory.GetFiles(scratch.In("a"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(scratch.In("a"), path)).Order()];
        Assert.Equal(["pictures/grid-1.png", "report.html", "report.json", "report.md"], names);
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(scratch.In("a", name)), File.ReadAllBytes(scratch.In("b", name))));
    }

    private static XElement Page() => XElement.Parse(ReportHtml.Write(Sample())["<!DOCTYPE html>".Length..]);

    private static EvaluationReport Sample()
    {
        ReportColumn[] columns = [new("success", "Success") { IsPlotted = true }, new("relation", "Relation")];
        Interval none = new(double.NaN, double.NaN, double.NaN);
        ReportRow[] rows =
        [
            new("Ours <&>", ReportRowKind.Measured, [new Interval(90.25, 88, 92), none]),
            new("Drawn", ReportRowKind.Ceiling, [new Interval(100, 100, 100), new Interval(99, 98, 100)]),
            new("Theirs", ReportRowKind.Paper, [new Interval(81.09, double.NaN, double.NaN), null]),
            new("Another", ReportRowKind.Absent, [null, null]) { Note = "not trained" },
        ];
        var picture = new PictureCell(new RgbImage(4, 4), "1 of 2");
        return new EvaluationReport("Measured", [new("command", Hostile)],
        [
            new ReportSection("first", "First <section>")
            {
                Paragraphs = [Hostile],
                Tables = [new ReportTable("table", "A table", columns, rows) { Notes = [Hostile] }],
                Pictures = [new PictureTable("grid", "Hits", ["A", "B"], [new PictureRow(Hostile, [picture, picture])])],
            },
        ]);
    }
}
