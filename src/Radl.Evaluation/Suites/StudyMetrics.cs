using System.Globalization;
using Radl.Evaluation.Measures;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Toybox.Benchmarks;

namespace Radl.Evaluation.Suites;

/// <summary>The columns of each kind of table.</summary>
internal static class StudyMetrics
{
    /// <summary>The figures of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="results">What the pictures showed: a distance needs the drawn ones.</param>
    public static IReadOnlyList<Metric> Of(Study study, SuiteResults results) => study.Scoring switch
    {
        Scoring.Position =>
        [
            Position(ToyPosition.R, "R (all in place)", isPlotted: true),
            Position(ToyPosition.MeanIou, "mIoU", isPlotted: true),
            PictureMetrics.Precision,
            .. ClipMetrics(study, results),
            Position(ToyPosition.Success, "Success"),
            .. Attributes,
        ],
        Scoring.Mig =>
        [
            .. Groups(study).Select(group => Mig(ToyMig.Success, "Success", group)),
            Mig(ToyMig.Success, "Success", null),
            .. Groups(study).Select(group => Mig(ToyMig.MeanIou, "mIoU", group)),
            Mig(ToyMig.MeanIou, "mIoU", null),
            Mig(ToyMig.SuccessByCategory, "Success with category", null),
        ],
        Scoring.Draw =>
        [
            Draw(ToyDraw.Attribute, "Attribute", isPlotted: true),
            Draw(ToyDraw.Quantity, "Quantity", isPlotted: true),
            Draw(ToyDraw.Relation, "Relation, strict", isPlotted: true),
            Draw(ToyDraw.RelationThirds, "Relation, thirds"),
            Draw(ToyDraw.RelationNamed, "Relation, named"),
            Draw(ToyDraw.AttributeAndPattern, "Attribute and pattern"),
            Draw(ToyDraw.AttributeAnywhere, "Attribute anywhere"),
        ],
        Scoring.Variants => [Position(ToyPosition.Success, "Success", isPlotted: true), Position(ToyPosition.MeanIou, "mIoU"), .. Attributes],
        Scoring.Relations =>
        [
            Relation(null),
            .. Groups(study).Select(Relation),
            Position(ToyPosition.Success, "Success"),
            Position(ToyPosition.Category, "Category"),
        ],
        Scoring.Crowds =>
        [
            Position(ToyPosition.Success, "Success", isPlotted: true),
            Position(ToyPosition.MeanIou, "mIoU"),
            Position(ToyPosition.Category, "Category"),
            PictureMetrics.SecondsPerStep,
            PictureMetrics.Memory,
        ],
        _ => throw new NotSupportedException($"{study.Scoring} has no columns"),
    };

    private static IEnumerable<Metric> Attributes =>
    [
        Position(ToyPosition.Pattern, "Pattern"), Position(ToyPosition.Category, "Category"), Position(ToyPosition.Relation, "Relation", isPlotted: true),
    ];

    private static Metric Position(string name, string title, bool isPlotted = false) =>
        Metric.Mean(new ReportColumn(name, title) { IsPlotted = isPlotted }, MeasureNames.Position(name));

    private static Metric Relation(string? group) => Metric.Mean(
        new ReportColumn(group is null ? "relation" : $"relation_{group.Replace(' ', '_')}", group is null ? "Relation" : $"Relation, {group}") { IsPlotted = group is null },
        MeasureNames.Position(ToyPosition.Relation),
        group: group);

    private static Metric Mig(string name, string title, string? group) => Metric.Mean(
        new ReportColumn(group is null ? name : $"{name}_{group}", group is null ? $"{title}, all" : $"{title}, {group}") { IsPlotted = group is "6" },
        MeasureNames.Mig(name),
        group: group);

    private static Metric Draw(string name, string title, bool isPlotted = false) =>
        Metric.Mean(new ReportColumn(name, title) { IsPlotted = isPlotted }, MeasureNames.Draw(name));

    private static IEnumerable<Metric> ClipMetrics(Study study, SuiteResults results)
    {
        GenerationTask? drawn = study.Rows.SelectMany(row => row.Tasks).FirstOrDefault(task => task.Arm.Source == PictureSource.Drawn);
        if (drawn is null || results.Of(drawn).Scenes[0].Features is null)
        {
            yield break;
        }
        yield return Metric.Mean(new ReportColumn("clip", "CLIP", "", 2), MeasureNames.Clip, scale: 1);
        yield return Metric.Mean(new ReportColumn("local_clip", "Local CLIP", "", 2), MeasureNames.LocalClip, scale: 1);
        if (drawn.Set.Count > 1)
        {
            yield return PictureMetrics.Distance(results.Of(drawn));
        }
    }

    private static IReadOnlyList<string> Groups(Study study) =>
    [
        .. study.Rows.SelectMany(row => row.Tasks).Take(1)
            .SelectMany(task => Enumerable.Range(0, task.Set.Count).Select(index => task.Set.At(index).Group)).Distinct(StringComparer.Ordinal)
            .OrderBy(group => int.TryParse(group, CultureInfo.InvariantCulture, out int number) ? number : 0).ThenBy(group => group, StringComparer.Ordinal),
    ];
}
