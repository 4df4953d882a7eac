using System.Globalization;
using Radl.Evaluation.Measures;

namespace Radl.Evaluation.Suites;

/// <summary>The columns of each kind of table.</summary>
internal static class StudyMetrics
{
    private const double Megabyte = 1 << 20;

    public static IReadOnlyList<Metric> Of(Study study) => study.Scoring switch
    {
        Scoring.Position => [ToyMetrics.Pictures, ToyMetrics.MeanIou, ToyMetrics.Success, ToyMetrics.Pattern, ToyMetrics.Category, ToyMetrics.Relation],
        Scoring.Mig => [.. ByGroup(study, ToyMetrics.SuccessOf, "Success"), .. ByGroup(study, ToyMetrics.MeanIouOf, "mIoU")],
        Scoring.Variants => [ToyMetrics.Success, ToyMetrics.MeanIou, ToyMetrics.Pattern, ToyMetrics.Category, ToyMetrics.Relation],
        Scoring.Relations => [ToyMetrics.Relation, .. ByGroup(study, ToyMetrics.RelationOf, "Relation"), ToyMetrics.Success, ToyMetrics.Category],
        Scoring.Crowds => [ToyMetrics.Success, ToyMetrics.MeanIou, SecondsPerStep, Memory],
        _ => throw new NotSupportedException($"{study.Scoring} has no columns"),
    };

    private static Metric SecondsPerStep { get; } = new("seconds_per_step", "Step of a batch", arm => _ => arm.SecondsPerStep) { Unit = "s", Digits = 3, HasInterval = false };

    private static Metric Memory { get; } = new("memory", "Resident memory", arm => _ => arm.Memory / Megabyte) { Unit = "MB", Digits = 0, HasInterval = false };

    private static IEnumerable<Metric> ByGroup(Study study, Func<string, string, Metric> of, string title) =>
        study.Rows.SelectMany(row => row.Tasks).Take(1)
            .SelectMany(task => Enumerable.Range(0, task.Set.Count).Select(index => task.Set.At(index).Group)).Distinct(StringComparer.Ordinal)
            .OrderBy(group => int.TryParse(group, CultureInfo.InvariantCulture, out int number) ? number : 0).ThenBy(group => group, StringComparer.Ordinal)
            .Select(group => of(group, $"{title}, {group}"));
}
