namespace Radl.Toybox.Sampling;

/// <summary>What kinds of scenes a sampler draws.</summary>
public sealed record ToySceneOptions
{
    /// <summary>Most instances a scene can hold.</summary>
    public const int MaxInstances = 20;

    /// <summary>The training mix: one to six instances.</summary>
    public static ToySceneOptions Default { get; } = new();

    /// <summary>Scenes of one instance, a curriculum's first stage.</summary>
    public static ToySceneOptions SingleInstanceOnly { get; } = new() { CountWeights = [1] };

    /// <summary>Relative frequency of 1, 2, … instances; up to <see cref="MaxInstances"/> entries.</summary>
    public IReadOnlyList<double> CountWeights { get; init; } = [.25, .35, .14, .10, .08, .08];

    /// <summary>Share of scenes with two or more instances that have a verb.</summary>
    public double RelationProbability { get; init; } = .65;

    /// <summary>Share of single-instance prompts without the background phrase.</summary>
    public double OmitBackgroundProbability { get; init; } = .30;

    /// <summary>Factor on all object sizes; sizes that do not fit are lowered.</summary>
    public float SizeScale { get; init; } = 1;

    /// <summary>Whether all instances of a scene are of the first one's category.</summary>
    public bool OneCategory { get; init; }

    /// <summary>Every count from <paramref name="min"/> to <paramref name="max"/> equally often.</summary>
    public static ToySceneOptions Counts(int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(min, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, MaxInstances);
        return new() { CountWeights = [.. Enumerable.Repeat(0.0, min - 1), .. Enumerable.Repeat(1.0, max - min + 1)] };
    }

    /// <summary>The training mix without scenes of more than <paramref name="max"/> instances, for a curriculum by count.</summary>
    public static ToySceneOptions UpTo(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return new() { CountWeights = [.. Default.CountWeights.Take(max)] };
    }
}
