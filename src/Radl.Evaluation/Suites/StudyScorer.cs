using Radl.Evaluation.Measures;
using Radl.Evaluation.Published;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Suites;

/// <summary>From measured pictures to the tables of a study.</summary>
/// <param name="results">What the pictures showed.</param>
public sealed class StudyScorer(SuiteResults results)
{
    /// <summary>The tables of a study: its figures with the paper's below, and where the paper has such a table, the differences between methods.</summary>
    public IEnumerable<ReportTable> Tables(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        Metric[] metrics = [.. StudyMetrics.Of(study)];
        string[] keys = [.. metrics.Select(metric => metric.Key)];
        ReportRow[] paper = [.. PaperRows.Of(study.Scoring, keys)];
        yield return new ReportTable(study.Id, study.Title, Columns(metrics, arePlotted: true), [.. study.Rows.Select(row => Row(row, metrics)), .. paper])
        {
            Notes = paper.Length == 0 ? study.Notes : [.. study.Notes, $"The paper's rows: {PaperTables.Source}."],
        };
        StudyRow[] measured = [.. study.Rows.Where(row => row.Kind == RowKind.Measured && row.Tasks.Count > 0)];
        if (paper.Length > 0 && measured.Length > 1)
        {
            yield return new ReportTable(
                study.Id + "-differences",
                $"{study.Title}, differences",
                Columns(metrics, arePlotted: false),
                [.. measured[..^1].Reverse().Select(other => Difference(measured[^1], other, metrics)), .. PaperRows.Differences(study.Scoring, keys)])
            {
                Notes = ["Differences of the same scenes and draws, in points; an interval without 0 is a difference that more scenes would hardly undo."],
            };
        }
    }

    /// <summary>Figures of a row with their 95 % intervals.</summary>
    public IReadOnlyList<Interval> Measure(IReadOnlyList<Metric> metrics, StudyRow row)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(row);
        Interval[] intervals = Bootstrap.OverSeeds(row.Tasks.Count, row.Tasks[0].Set.Count, FiguresOf(metrics, row));
        return [.. intervals.Zip(metrics, (interval, metric) => metric.HasInterval ? interval : new Interval(interval.Estimate, double.NaN, double.NaN))];
    }

    private static IReadOnlyList<ReportColumn> Columns(IEnumerable<Metric> metrics, bool arePlotted) =>
        [.. metrics.Select(metric => new ReportColumn(metric.Key, metric.Title, metric.Unit, metric.Digits) { IsPlotted = arePlotted && metric.IsPlotted })];

    private ReportRow Row(StudyRow row, Metric[] metrics)
    {
        if (row.Tasks.Count == 0)
        {
            return new ReportRow(row.Label, ReportRowKind.Absent, [.. metrics.Select(_ => (Interval?)null)]) { Note = row.Absent ?? "" };
        }
        return new ReportRow(
            row.Label,
            row.Kind == RowKind.Ceiling ? ReportRowKind.Ceiling : ReportRowKind.Measured,
            [.. Measure(metrics, row).Select(interval => (Interval?)interval)])
        {
            Note = row.Tasks.Count == 1 ? "" : FormattableString.Invariant($"mean of {row.Tasks.Count} training seeds"),
        };
    }

    private ReportRow Difference(StudyRow a, StudyRow b, Metric[] metrics)
    {
        (Func<int[], int[], double[]> ofA, Func<int[], int[], double[]> ofB) = (FiguresOf(metrics, a), FiguresOf(metrics, b));
        int seeds = Math.Max(a.Tasks.Count, b.Tasks.Count);
        bool arePaired = a.Tasks.Count == b.Tasks.Count;
        // Equal seeds are drawn together; a method with fewer keeps all of its own.
        Interval[] intervals = Bootstrap.OverSeeds(seeds, a.Tasks[0].Set.Count, (seedTimes, sceneTimes) =>
        [
            .. ofA(arePaired || a.Tasks.Count == seeds ? seedTimes : Once(a), sceneTimes)
                .Zip(ofB(arePaired || b.Tasks.Count == seeds ? seedTimes : Once(b), sceneTimes), (x, y) => x - y),
        ]);
        return new ReportRow($"{a.Label} - {b.Label}", ReportRowKind.Measured, [.. intervals.Select(interval => (Interval?)interval)]);

        static int[] Once(StudyRow row) => [.. Enumerable.Repeat(1, row.Tasks.Count)];
    }

    // A figure of several training seeds is their mean, each as often as it was drawn.
    private Func<int[], int[], double[]> FiguresOf(IReadOnlyList<Metric> metrics, StudyRow row)
    {
        Func<int[], double>[][] bound = [.. row.Tasks.Select(task => metrics.Select(metric => metric.Bind(results.Of(task))).ToArray())];
        return (seedTimes, sceneTimes) =>
        {
            double draws = seedTimes.Sum();
            var figures = new double[metrics.Count];
            for (int seed = 0; seed < bound.Length; seed++)
            {
                for (int i = 0; i < figures.Length && seedTimes[seed] > 0; i++)
                {
                    figures[i] += seedTimes[seed] / draws * bound[seed][i](sceneTimes);
                }
            }
            return figures;
        };
    }
}
