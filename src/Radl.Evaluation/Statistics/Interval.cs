namespace Radl.Evaluation.Statistics;

/// <summary>An estimate with its confidence interval. All are NaN where nothing was measured.</summary>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    /// <summary>Whether two intervals have a value in common.</summary>
    public bool Touches(Interval other) => Low <= other.High && other.Low <= High;

    /// <summary>The middle part of a sample: the two percentiles that leave equal tails.</summary>
    /// <param name="estimate">The figure of the data as they are.</param>
    /// <param name="sample">The figures of the resamples, in any order; NaN is left out.</param>
    /// <param name="level">Share of the sample between the bounds.</param>
    /// <param name="centred">Whether the bounds are moved by the sample's mean distance from the estimate.</param>
    public static Interval Percentile(double estimate, IEnumerable<double> sample, double level, bool centred = false)
    {
        ArgumentNullException.ThrowIfNull(sample);
        double[] sorted = [.. sample.Where(x => !double.IsNaN(x)).Order()];
        double tail = (1 - level) / 2;
        double bias = centred && sorted.Length > 0 ? sorted.Average() - estimate : 0;
        return new(estimate, Quantile(sorted, tail) - bias, Quantile(sorted, 1 - tail) - bias);
    }

    // Linear between order statistics.
    private static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
