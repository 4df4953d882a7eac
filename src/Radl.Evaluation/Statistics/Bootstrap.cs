using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Statistics;

/// <summary>
/// Percentile intervals by drawing scenes with repetition. A scene is drawn as a whole, because its instances depend on
/// each other. Where a method was trained with several seeds, seeds and scenes are drawn independently of each other
/// and every drawn seed is measured on the same drawn scenes, as it was: a scene that is hard is hard for every seed.
/// </summary>
/// <remarks>With few seeds the interval is somewhat short: of n seeds the resamples show (n - 1)/n of their variance.</remarks>
public static class Bootstrap
{
    /// <summary>Interval of a measure over scenes.</summary>
    /// <param name="scenes">One entry a scene.</param>
    /// <param name="options">Null for the default.</param>
    public static Interval Ratio(IReadOnlyList<SceneMeasure> scenes, BootstrapOptions? options = null) => RatioOverSeeds([scenes], options);

    /// <summary>Interval of a measure's difference a - b of two methods on the same scenes, drawn in pairs.</summary>
    /// <exception cref="ArgumentException">The numbers of scenes differ.</exception>
    public static Interval Difference(IReadOnlyList<SceneMeasure> a, IReadOnlyList<SceneMeasure> b, BootstrapOptions? options = null) =>
        DifferenceOverSeeds([a], [b], options);

    /// <summary>Interval of a measure over training seeds and scenes.</summary>
    /// <param name="seeds">By training seed, the same scenes in the same order.</param>
    /// <param name="options">Null for the default.</param>
    /// <exception cref="ArgumentException">No seed, or the numbers of scenes differ.</exception>
    public static Interval RatioOverSeeds(IReadOnlyList<IReadOnlyList<SceneMeasure>> seeds, BootstrapOptions? options = null)
    {
        int scenes = Scenes(seeds, nameof(seeds));
        return OverSeeds(seeds.Count, scenes, (s, m) => [Ratio(seeds, s, m)], options)[0];
    }

    /// <summary>Interval of a difference a - b over training seeds and scenes.</summary>
    /// <param name="a">By training seed, the same scenes in the same order.</param>
    /// <param name="b">The other method: the same scenes. With as many seeds, equal indexes are drawn together; a single run is taken with every seed.</param>
    /// <param name="options">Null for the default.</param>
    /// <exception cref="ArgumentException">No seed, or the numbers of scenes or of several seeds differ.</exception>
    public static Interval DifferenceOverSeeds(
        IReadOnlyList<IReadOnlyList<SceneMeasure>> a, IReadOnlyList<IReadOnlyList<SceneMeasure>> b, BootstrapOptions? options = null)
    {
        int scenes = Scenes(a, nameof(a));
        if (Scenes(b, nameof(b)) != scenes || (a.Count != b.Count && a.Count != 1 && b.Count != 1))
        {
            throw new ArgumentException($"b: {b.Count} seeds of {b[0].Count} scenes cannot be paired with {a.Count} seeds of {scenes}", nameof(b));
        }

        int seeds = Math.Max(a.Count, b.Count);
        return OverSeeds(seeds, scenes, (s, m) => [Ratio(a, a.Count == seeds ? s : [1], m) - Ratio(b, b.Count == seeds ? s : [1], m)], options)[0];
    }

    /// <summary>Intervals of any figures of scenes, computed together.</summary>
    /// <param name="scenes">Number of scenes.</param>
    /// <param name="figures">The figures of a sample, given how often each scene was drawn; the array is reused.</param>
    /// <param name="options">Null for the default.</param>
    public static Interval[] Of(int scenes, Func<int[], double[]> figures, BootstrapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return OverSeeds(1, scenes, (_, m) => figures(m), options);
    }

    /// <summary>Intervals of any figures of training seeds and scenes.</summary>
    /// <param name="seeds">Number of training seeds.</param>
    /// <param name="scenes">Number of scenes, the same for every seed.</param>
    /// <param name="figures">The figures, given how often each seed and each scene was drawn; the arrays are reused.</param>
    /// <param name="options">Null for the default.</param>
    public static Interval[] OverSeeds(int seeds, int scenes, Func<int[], int[], double[]> figures, BootstrapOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(scenes);
        ArgumentNullException.ThrowIfNull(figures);
        options ??= new();
        options.Check();
        var seedTimes = new int[seeds];
        var sceneTimes = new int[scenes];
        Array.Fill(seedTimes, 1);
        Array.Fill(sceneTimes, 1);
        double[] estimates = figures(seedTimes, sceneTimes);
        var samples = new double[options.Resamples][];
        for (int r = 0; r < samples.Length; r++)
        {
            var random = new ToyRandom(options.Seed, (ulong)r);
            Draw(ref random, sceneTimes);
            Draw(ref random, seedTimes);
            samples[r] = figures(seedTimes, sceneTimes);
        }

        return [.. estimates.Select((estimate, f) => Interval.Percentile(estimate, samples.Select(s => s[f]), options.Level, options.Centred))];
    }

    private static void Draw(ref ToyRandom random, int[] times)
    {
        Array.Clear(times);
        for (int i = 0; i < times.Length; i++)
        {
            times[random.Below(times.Length)]++;
        }
    }

    private static double Ratio(IReadOnlyList<IReadOnlyList<SceneMeasure>> seeds, int[] seedTimes, int[] sceneTimes)
    {
        double sum = 0;
        double weight = 0;
        for (int s = 0; s < seeds.Count; s++)
        {
            IReadOnlyList<SceneMeasure> scenes = seeds[s];
            for (int i = 0; i < sceneTimes.Length && seedTimes[s] > 0; i++)
            {
                int times = seedTimes[s] * sceneTimes[i];
                sum += times * scenes[i].Sum;
                weight += times * scenes[i].Weight;
            }
        }

        return weight > 0 ? sum / weight : double.NaN;
    }

    private static int Scenes(IReadOnlyList<IReadOnlyList<SceneMeasure>> seeds, string name)
    {
        ArgumentNullException.ThrowIfNull(seeds, name);
        return seeds.Count > 0 && seeds.All(s => s.Count == seeds[0].Count)
            ? seeds[0].Count
            : throw new ArgumentException($"{name}: at least one seed, and as many scenes for each", name);
    }
}
