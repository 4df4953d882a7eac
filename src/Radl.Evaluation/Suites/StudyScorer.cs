using Radl.Evaluation.Measures;
using Radl.Evaluation.Reports;

namespace Radl.Evaluation.Suites;

/// <summary>From measured pictures to the table of a study.</summary>
/// <param name="results">What the pictures showed.</param>
public sealed class StudyScorer(SuiteResults results)
{
    private readonly Dictionary<int, Resampling> _resamplings = [];

    /// <summary>The tables of a study: its figures.</summary>
    public IEnumerable<ReportTable> Tables(Study study) => [Table(study)];

    private ReportTable Table(Study study)
    {
        Metric[] metrics = [.. StudyMetrics.Of(study)];
        return new ReportTable(
            study.Id,
            study.Title,
            [.. metrics.Select(metric => new ReportColumn(metric.Key, metric.Title, metric.Unit, metric.Digits) { IsPlotted = metric.IsPlotted })],
            [.. study.Rows.Select(row => Row(row, metrics))])
        {
            Notes = study.Notes,
        };
    }

    /// <summary>A figure of a row; null where the row was not measured.</summary>
    public Resampled? Measure(Metric metric, StudyRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Tasks.Count == 0 ? null : ResamplingOf(row.Tasks[0].Set.Count).Measure(metric, [.. row.Tasks.Select(results.Of)]);
    }

    private ReportRow Row(StudyRow row, Metric[] metrics)
    {
        if (row.Tasks.Count == 0)
        {
            return new ReportRow(row.Label, ReportRowKind.Absent, [.. metrics.Select(_ => (Estimate?)null)]) { Note = row.Absent ?? "" };
        }
        string seeds = row.Tasks.Count == 1 ? "" : FormattableString.Invariant($"mean of {row.Tasks.Count} training seeds");
        return new ReportRow(
            row.Label,
            row.Kind == RowKind.Ceiling ? ReportRowKind.Ceiling : ReportRowKind.Measured,
            [.. metrics.Select(metric => Measure(metric, row)?.Estimate())])
        {
            Note = seeds,
        };
    }

    private Resampling ResamplingOf(int scenes)
    {
        if (!_resamplings.TryGetValue(scenes, out Resampling? resampling))
        {
            resampling = new Resampling(scenes);
            _resamplings.Add(scenes, resampling);
        }
        return resampling;
    }
}
