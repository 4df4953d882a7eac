using FsCheck;
using FsCheck.Fluent;
using Radl.Layout.Methods.Instances;

namespace Radl.Layout.Tests.Methods.Instances;

/// <summary>In runs a pixel sees the same pixels.</summary>
public sealed class PixelRunsTests
{
    private const int Pixels = 40;

    [Fact]
    public void Every_pixel_meets_exactly_those_that_share_a_layer_with_it()
    {
        Gen<ulong[]> scene = Gen.Choose(1, 31).Select(layers => (ulong)layers).ArrayOf(Pixels);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(scene.ArrayOf(2).ToArbitrary(), Same));
    }

    [Fact]
    public void Pixels_of_one_layer_see_rows_that_follow_each_other()
    {
        PixelRuns runs = PixelRuns.Of([[1, 1, 2, 1, 4, 2], [1, 1, 1, 1, 1, 1]]);
        Assert.Equal([new PixelRun(0, 3, 0, 3, null), new(3, 2, 3, 2, null), new(5, 1, 5, 1, null), new(6, 6, 6, 6, null)], runs.Runs);
        Assert.Equal([0, 1, 3, 2, 5, 4], runs.Order.Take(6));
        Assert.Equal([0, 1, 3, 2, 5, 4], runs.Places.Take(6));
    }

    private static bool Same(ulong[][] held)
    {
        PixelRuns runs = PixelRuns.Of(held);
        int scenes = held.Length;
        bool ordered = Enumerable.Range(0, scenes * Pixels).All(pixel => runs.Order[runs.Places[pixel]] == pixel);
        var met =
            from run in runs.Runs
            from query in Enumerable.Range(run.First, run.Count)
            from key in run.Keys ?? [.. Enumerable.Range(run.FirstKey, run.KeyCount).Select(row => (long)row)]
            select (runs.Order[query], runs.Order[key]);
        var wanted =
            from scene in Enumerable.Range(0, scenes)
            from query in Enumerable.Range(0, Pixels)
            from key in Enumerable.Range(0, Pixels)
            where (held[scene][query] & held[scene][key]) != 0
            select (((long)scene * Pixels) + query, ((long)scene * Pixels) + key);
        // In order, because a pair twice would count twice in a softmax.
        return ordered && met.Order().SequenceEqual(wanted.Order());
    }
}
