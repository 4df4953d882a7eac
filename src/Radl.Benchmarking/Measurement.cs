namespace Radl.Benchmarking;

/// <summary>A quantity measured several times.</summary>
/// <param name="Median">The middle value, or the mean of the two middle ones.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
/// <param name="Runs">How many values there were.</param>
public sealed record Measurement(double Median, double Least, double Most, int Runs)
{
    /// <summary>Of values in any order, at least one.</summary>
    public static Measurement Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? throw new ArgumentException("a measurement needs at least one value", nameof(values))
            : new Measurement((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1], sorted.Length);
    }

    /// <summary>Runs something: some warm-ups that do not count, then the runs that do.</summary>
    public static Measurement Of(Func<double> run, int warmUps = 3, int runs = 10)
    {
        ArgumentNullException.ThrowIfNull(run);
        for (int i = 0; i < warmUps; i++)
        {
            _ = run();
        }
        return Of(Enumerable.Range(0, runs).Select(_ => run()).ToArray());
    }
}
