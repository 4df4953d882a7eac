using Radl.Evaluation.Reports;
using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Measures;

/// <summary>
/// The bootstrap over scenes, and over training seeds where there are several (Efron 1979): scenes are drawn again with replacement, the same
/// draws for every row of a table, so that differences of rows are paired.
/// </summary>
public sealed class Resampling
{
    /// <summary>Usual number of draws.</summary>
    public const int UsualDraws = 1000;

    private const ulong Stream = 0x424F4F54;

    private readonly int[][] _draws;
    private readonly int[] _once;

    /// <summary>Draws scenes.</summary>
    /// <param name="scenes">Number of scenes.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="seed">Of the draws.</param>
    public Resampling(int scenes, int draws = UsualDraws, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scenes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        _once = [.. Enumerable.Repeat(1, scenes)];
        _draws = new int[draws][];
        for (int d = 0; d < draws; d++)
        {
            var random = new ToyRandom(seed ^ Stream, (ulong)d);
            _draws[d] = new int[scenes];
            for (int i = 0; i < scenes; i++)
            {
                _draws[d][random.Below(scenes)]++;
            }
        }
    }

    /// <summary>Measures a figure once on the scenes as they are and once per draw.</summary>
    /// <param name="metric">The figure.</param>
    /// <param name="seeds">The same scenes by each training seed; the figure is their mean, and a draw draws seeds again too.</param>
    public Resampled Measure(Metric metric, IReadOnlyList<ArmResults> seeds)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(seeds);
        Func<ReadOnlyMemory<int>, double>[] bound = [.. seeds.Select(metric.Bind)];
        var values = new double[_draws.Length];
        for (int d = 0; d < values.Length; d++)
        {
            var random = new ToyRandom(Stream, (ulong)d);
            double sum = 0;
            for (int s = 0; s < bound.Length; s++)
            {
                sum += bound[bound.Length == 1 ? 0 : random.Below(bound.Length)](_draws[d]);
            }
            values[d] = sum / bound.Length;
        }
        return new Resampled(bound.Average(of => of(_once)), values);
    }
}

/// <summary>A figure, and what it was in each draw.</summary>
public sealed record Resampled(double Value, IReadOnlyList<double> Draws)
{
    /// <summary>The figure with the interval that holds the middle 95 % of the draws.</summary>
    public Estimate Estimate()
    {
        double[] sorted = [.. Draws.Where(value => !double.IsNaN(value)).Order()];
        if (double.IsNaN(Value) || sorted.Length < 2)
        {
            return Reports.Estimate.Exact(Value);
        }
        return new Estimate(Value, Math.Min(Value, Quantile(sorted, .025)), Math.Max(Value, Quantile(sorted, .975)));
    }

    /// <summary>The difference to another figure of the same draws.</summary>
    public Resampled Minus(Resampled other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new Resampled(Value - other.Value, [.. Draws.Zip(other.Draws, (a, b) => a - b)]);
    }

    // Linear between order statistics.
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
