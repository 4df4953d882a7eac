namespace Radl.Evaluation.Statistics;

/// <summary>How a bootstrap is drawn. The same options give the same interval on every platform.</summary>
public sealed record BootstrapOptions
{
    public int Resamples { get; init; } = 2000;

    /// <summary>Share of the resamples inside the interval.</summary>
    public double Level { get; init; } = .95;

    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Moves the bounds by the resamples' mean distance from the estimate. For figures that repetition itself raises, such
    /// as an average precision over categories with few instances; the interval is then of the figure at this number of scenes.
    /// </summary>
    public bool Centred { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 1);
        if (!(Level > 0 && Level < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Level), Level, "a share between 0 and 1");
        }
    }
}
