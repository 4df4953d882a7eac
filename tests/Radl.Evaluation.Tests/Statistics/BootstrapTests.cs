using Radl.Evaluation.Statistics;
using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Tests.Statistics;

public class BootstrapTests
{
    private static readonly BootstrapOptions Options = new() { Resamples = 4000 };

    [Theory]
    [InlineData(400, .5)]
    [InlineData(800, .9)]
    public void The_interval_of_a_rate_has_the_binomials_width(int scenes, double rate)
    {
        SceneMeasure[] measures = [.. Enumerable.Range(0, scenes).Select(i => SceneMeasure.Of(i < rate * scenes))];
        Interval interval = Bootstrap.Ratio(measures, Options);
        double deviation = Math.Sqrt(rate * (1 - rate) / scenes);
        Assert.Equal(rate, interval.Estimate, 1e-12);
        Assert.Equal(2 * 1.96 * deviation, interval.High - interval.Low, .08 * 3.92 * deviation);
        Assert.Equal(rate, .5 * (interval.Low + interval.High), .2 * deviation);
    }

    [Fact]
    public void Instances_of_a_scene_that_stand_or_fall_together_do_not_narrow_the_interval()
    {
        SceneMeasure[] scenes = [.. Enumerable.Range(0, 400).Select(i => SceneMeasure.Of(i % 2 == 0))];
        SceneMeasure[] fours = [.. scenes.Select(s => new SceneMeasure(4 * s.Sum, 4 * s.Weight))];
        Assert.Equal(Bootstrap.Ratio(scenes, Options), Bootstrap.Ratio(fours, Options));
    }

    [Fact]
    public void A_ratio_of_sums_has_the_width_of_its_linearisation()
    {
        // Counts 2 to 6; the variance of sum/weight is that of (sum - ratio * weight) over the mean weight.
        var random = new ToyRandom(3, 3);
        var scenes = new SceneMeasure[500];
        for (int i = 0; i < scenes.Length; i++)
        {
            int count = 2 + random.Below(5);
            scenes[i] = new(Enumerable.Range(0, count).Count(_ => random.Chance(.7)), count);
        }

        double ratio = SceneMeasure.Ratio(scenes);
        double mean = scenes.Average(s => s.Weight);
        double deviation = Math.Sqrt(scenes.Average(s => Math.Pow((s.Sum - (ratio * s.Weight)) / mean, 2)) / scenes.Length);
        Interval interval = Bootstrap.Ratio(scenes, Options);
        Assert.Equal(ratio, interval.Estimate, 1e-12);
        Assert.Equal(3.92 * deviation, interval.High - interval.Low, .08 * 3.92 * deviation);
    }

    [Fact]
    public void A_paired_difference_is_as_narrow_as_the_scenes_in_which_the_methods_differ()
    {
        SceneMeasure[] a = [.. Enumerable.Range(0, 500).Select(i => SceneMeasure.Of(i % 2 == 0 || i < 50))];
        SceneMeasure[] b = [.. Enumerable.Range(0, 500).Select(i => SceneMeasure.Of(i % 2 == 0))];
        Interval difference = Bootstrap.Difference(a, b, Options);
        double deviation = Math.Sqrt(.05 * .95 / 500);
        Assert.Equal(.05, difference.Estimate, 1e-12);
        Assert.Equal(3.92 * deviation, difference.High - difference.Low, .1 * 3.92 * deviation);
        Assert.True(difference.Low > 0);
        Assert.Equal(default, Bootstrap.Difference(a, a, Options));
    }

    [Fact]
    public void Seeds_and_scenes_add_their_variances()
    {
        // sum = seed effect + scene effect: each level's variance over its number.
        double[] seedEffects = [-.3, -.1, 0, .1, .3];
        var random = new ToyRandom(1, 9);
        double[] sceneEffects = new double[200];
        for (int i = 0; i < sceneEffects.Length; i++)
        {
            sceneEffects[i] = random.NextFloat();
        }

        SceneMeasure[][] seeds = [.. seedEffects.Select(s => sceneEffects.Select(x => new SceneMeasure(s + x, 1)).ToArray())];
        double Variance(double[] x) => x.Average(v => Math.Pow(v - x.Average(), 2)) / x.Length;
        double deviation = Math.Sqrt(Variance(seedEffects) + Variance(sceneEffects));
        Interval interval = Bootstrap.RatioOverSeeds(seeds, Options);
        Assert.Equal(3.92 * deviation, interval.High - interval.Low, .08 * 3.92 * deviation);

        // A scene's effect is the same for every seed, so more seeds cannot shrink it.
        Interval onlyScenes = Bootstrap.RatioOverSeeds([.. seeds.Select(_ => seeds[0])], Options);
        Assert.Equal(3.92 * Math.Sqrt(Variance(sceneEffects)), onlyScenes.High - onlyScenes.Low, .02);
    }

    [Fact]
    public void A_difference_over_seeds_pairs_equal_seeds_and_takes_a_single_run_with_each()
    {
        SceneMeasure[][] a = [.. Enumerable.Range(0, 3).Select(s => Enumerable.Range(0, 60).Select(i => SceneMeasure.Of((i + s) % 3 != 0)).ToArray())];
        Assert.Equal(default, Bootstrap.DifferenceOverSeeds(a, a, Options));
        Interval single = Bootstrap.DifferenceOverSeeds(a, [a[0]], Options);
        Assert.Equal(0, single.Estimate, 1e-12);
        Assert.True(single.High > single.Low);
        Assert.Throws<ArgumentException>(() => Bootstrap.DifferenceOverSeeds(a, [a[0], a[1]], Options));
        Assert.Throws<ArgumentException>(() => Bootstrap.Difference(a[0], a[1][..5], Options));
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        SceneMeasure[] scenes = [.. Enumerable.Range(0, 97).Select(i => new SceneMeasure(i % 5, 4))];
        Assert.Equal(Bootstrap.Ratio(scenes), Bootstrap.Ratio(scenes));
        Assert.NotEqual(Bootstrap.Ratio(scenes), Bootstrap.Ratio(scenes, new() { Seed = 2 }));
    }

    [Fact]
    public void Nothing_measured_is_not_a_number()
    {
        Assert.Equal(new(double.NaN, double.NaN, double.NaN), Bootstrap.Ratio([]));
        Assert.Equal(double.NaN, Bootstrap.Ratio([new(0, 0), new(0, 0)]).Estimate);
        Assert.Throws<ArgumentException>(() => Bootstrap.RatioOverSeeds([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bootstrap.Ratio([], new() { Level = 1 }));
    }

    [Fact]
    public void A_percentile_interval_cuts_equal_tails()
    {
        Interval interval = Interval.Percentile(7, Enumerable.Range(0, 101).Select(i => (double)i).Append(double.NaN), .9);
        Assert.Equal(7, interval.Estimate);
        Assert.Equal(5, interval.Low, 1e-9);
        Assert.Equal(95, interval.High, 1e-9);
        Assert.True(interval.Touches(new(0, 95, 99)));
        Assert.False(interval.Touches(new(0, 95.1, 99)));
    }

    [Fact]
    public void A_centred_interval_takes_away_what_repetition_adds()
    {
        // The largest drawn scene is below the largest scene whenever that one is not drawn.
        double[] Largest(int[] times) => [Enumerable.Range(0, times.Length).Where(i => times[i] > 0).Max()];
        Interval plain = Bootstrap.Of(50, Largest)[0];
        Interval centred = Bootstrap.Of(50, Largest, new() { Centred = true })[0];
        Assert.Equal(49, plain.High);
        Assert.Equal(plain.High - plain.Low, centred.High - centred.Low, 1e-9);
        Assert.InRange(centred.High, 49.3, 50); // the mean of the largest of 50 draws is about .58 below

        SceneMeasure[] scenes = [.. Enumerable.Range(0, 400).Select(i => SceneMeasure.Of(i % 4 == 0))];
        Assert.Equal(Bootstrap.Ratio(scenes).Low, Bootstrap.Ratio(scenes, new() { Centred = true }).Low, .002);
    }
}
