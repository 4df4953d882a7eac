using Radl.Evaluation.Measures;
using Radl.Evaluation.Published;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Suites;

/// <summary>From measured pictures to the tables of a study.</summary>
/// <param name="results">What the pictures showed.</param>
public sealed class StudyScorer(SuiteResults results)
{
    /// <summary>The tables of a study: its figures with the paper's below, and the differences between its rows where some are compared.</summary>
    public IEnumerable<ReportTable> Tables(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        IReadOnlyList<Metric> metrics = StudyMetrics.Of(study, results);
        ReportColumn[] columns = [.. metrics.SelectMany(metric => metric.Columns)];
        string[] keys = [.. columns.Select(column => column.Key)];
        ReportRow[] paper = [.. PaperRows.Of(study.Scoring, keys)];
        yield return new ReportTable(study.Id, study.Title, columns, [.. InParallel(study.Rows, row => Row(row, metrics, columns.Length)), .. paper])
        {
            Notes = paper.Length == 0 ? study.Notes : [.. study.Notes, $"The paper's rows: {PaperTables.Source}."],
        };
        (StudyRow, StudyRow)[] pairs = [.. Pairs(study, paper.Length > 0)];
        if (pairs.Length > 0)
        {
            // Seconds and bytes have no interval; where the paper has no such column either, their difference says nothing.
            Metric[] compared = [.. metrics.Where(metric => paper.Length > 0 || metric.HasInterval)];
            yield return new ReportTable(
                study.Id + "-differences",
                $"{study.Title}, differences",
                [.. compared.SelectMany(metric => metric.Columns).Select(column => column with { IsPlotted = false })],
                [.. InParallel(pairs, pair => Difference(pair.Item1, pair.Item2, compared)), .. PaperRows.Differences(study.Scoring, keys)])
            {
                Notes = ["Differences on the same scenes, drawn together, in points of each column. An interval without 0 is a difference that chance alone would hardly make."],
            };
        }
    }

    // The last method against each other one, the nearest first; crowds by their number. Each variant against the method as it is.
    private static IEnumerable<(StudyRow One, StudyRow Other)> Pairs(Study study, bool isInPaper)
    {
        StudyRow[] measured = [.. study.Rows.Where(row => row.Kind == RowKind.Measured && row.Tasks.Count > 0)];
        return study.Scoring switch
        {
            Scoring.Crowds => measured.GroupBy(row => row.Tasks[0].Set.Name, StringComparer.Ordinal).SelectMany(set => OfLast([.. set])),
            Scoring.Variants => measured.Skip(1).Select(row => (row, measured[0])),
            _ => isInPaper ? OfLast(measured) : study.Compared,
        };

        static IEnumerable<(StudyRow, StudyRow)> OfLast(StudyRow[] rows) => rows.SkipLast(1).Reverse().Select(other => (rows[^1], other));
    }

    private static IEnumerable<ReportRow> InParallel<T>(IReadOnlyList<T> rows, Func<T, ReportRow> make) => rows.AsParallel().AsOrdered().Select(make);

    private ReportRow Row(StudyRow row, IReadOnlyList<Metric> metrics, int columns)
    {
        if (row.Tasks.Count == 0)
        {
            return new ReportRow(row.Label, ReportRowKind.Absent, [.. Enumerable.Repeat((Interval?)null, columns)]) { Note = row.Absent ?? "" };
        }
        return new ReportRow(
            row.Label,
            row.Kind == RowKind.Ceiling ? ReportRowKind.Ceiling : ReportRowKind.Measured,
            [.. metrics.SelectMany(metric => Intervals(metric, row.Tasks.Count, row.Tasks[0].Set.Count, FiguresOf(metric, row)))])
        {
            Note = row.Tasks.Count == 1 ? "" : FormattableString.Invariant($"mean of {row.Tasks.Count} training seeds"),
        };
    }

    private ReportRow Difference(StudyRow a, StudyRow b, IReadOnlyList<Metric> metrics)
    {
        int seeds = Math.Max(a.Tasks.Count, b.Tasks.Count);
        return new ReportRow($"{a.Label} - {b.Label}", ReportRowKind.Measured,
        [
            .. metrics.SelectMany(metric =>
            {
                (Func<int[], int[], double[]> ofA, Func<int[], int[], double[]> ofB) = (FiguresOf(metric, a), FiguresOf(metric, b));
                return Intervals(metric, seeds, a.Tasks[0].Set.Count, (seedTimes, sceneTimes) =>
                    [.. ofA(Times(a, seedTimes), sceneTimes).Zip(ofB(Times(b, seedTimes), sceneTimes), (x, y) => x - y)]);
            }),
        ]);

        // Equal seeds are drawn together; a method with fewer keeps all of its own.
        static int[] Times(StudyRow row, int[] seedTimes) => row.Tasks.Count == seedTimes.Length ? seedTimes : [.. Enumerable.Repeat(1, row.Tasks.Count)];
    }

    private static IEnumerable<Interval?> Intervals(Metric metric, int seeds, int scenes, Func<int[], int[], double[]> figures) =>
        Bootstrap.OverSeeds(seeds, scenes, figures, new BootstrapOptions { Resamples = metric.HasInterval ? metric.Resamples : 1, Centred = metric.IsCentred })
            .Select(interval => (Interval?)(metric.HasInterval ? interval : new Interval(interval.Estimate, double.NaN, double.NaN)));

    // A figure of several training seeds is their mean, each as often as it was drawn.
    private Func<int[], int[], double[]> FiguresOf(Metric metric, StudyRow row)
    {
        Func<int[], double[]>[] bound = [.. row.Tasks.Select(task => metric.Bind(results.Of(task)))];
        return (seedTimes, sceneTimes) =>
        {
            double draws = seedTimes.Sum();
            var figures = new double[metric.Columns.Count];
            for (int seed = 0; seed < bound.Length; seed++)
            {
                if (seedTimes[seed] == 0)
                {
                    continue;
                }
                double[] values = bound[seed](sceneTimes);
                for (int i = 0; i < figures.Length; i++)
                {
                    figures[i] += seedTimes[seed] / draws * values[i];
                }
            }
            return figures;
        };
    }
}
