using Radl.Evaluation.Reports;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Measures;

/// <summary>Figures of an arm that are computed together, as a function of how often each scene counts.</summary>
/// <param name="Columns">The columns they fill.</param>
/// <param name="Bind">Prepares an arm; the result takes the scenes' multiplicities and gives one figure per column, NaN where nothing was counted.</param>
public sealed record Metric(IReadOnlyList<ReportColumn> Columns, Func<ArmResults, Func<int[], double[]>> Bind)
{
    private const int UsualResamples = 2000;

    /// <summary>Whether drawing scenes again says anything about it; not of times and sizes.</summary>
    public bool HasInterval { get; init; } = true;

    /// <summary>How often scenes are drawn again.</summary>
    public int Resamples { get; init; } = UsualResamples;

    /// <summary>Whether repetition itself moves the figure; see <see cref="BootstrapOptions.Centred"/>.</summary>
    public bool IsCentred { get; init; }

    /// <summary>A mean in one column: the sum of a measure over the sum of its weights.</summary>
    /// <param name="column">The column.</param>
    /// <param name="measure">Name of the measure.</param>
    /// <param name="scale">100 for a share in per cent.</param>
    /// <param name="group">Only the scenes of this group; null for all.</param>
    public static Metric Mean(ReportColumn column, string measure, double scale = 100, string? group = null) => new([column], arm =>
    {
        SceneMeasure[] scenes = [.. arm.Scenes.Select(scene => group is null || scene.Request.Group == group ? scene.Measures.GetValueOrDefault(measure) : default)];
        return times =>
        {
            (double sum, double weight) = (0, 0);
            for (int i = 0; i < scenes.Length; i++)
            {
                sum += times[i] * scenes[i].Sum;
                weight += times[i] * scenes[i].Weight;
            }
            return [weight > 0 ? scale * sum / weight : double.NaN];
        };
    });
}
