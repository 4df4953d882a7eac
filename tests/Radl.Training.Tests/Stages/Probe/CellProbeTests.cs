using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Stages.Probe;

namespace Radl.Training.Tests.Stages.Probe;

public sealed class CellProbeTests : TensorTest
{
    [Fact]
    public void A_cell_tells_the_instance_whose_box_holds_its_middle()
    {
        // A ball of half the canvas: its box is [0.25, 0.75] on both axes, the middles of 8 x 8 cells of 16.
        var ball = new ToyInstance { Category = ToyCategory.Ball, Color = ToyColor.Cyan, Pattern = ToyPattern.Dotted, CentreX = .5f, CentreY = .5f, HalfSize = .25f };
        var facts = new CellFacts([Scene(), Scene(ball)], 16, 16, rows: 1);
        Assert.Equal(
            from y in Enumerable.Range(4, 8) from x in Enumerable.Range(4, 8) select (long)((16 + y) * 16) + x,
            facts.Cells);
        Assert.All(Values(facts, "category"), value => Assert.Equal((long)ToyCategory.Ball, value));
        Assert.All(Values(facts, "color"), value => Assert.Equal((long)ToyColor.Cyan, value));
        Assert.All(Values(facts, "pattern"), value => Assert.Equal((long)ToyPattern.Dotted, value));
        Assert.All(Values(facts, "tilt"), value => Assert.Equal(1, value));
        Assert.All(Values(facts, "role"), value => Assert.Equal(2, value));
        Assert.Empty(Values(facts, "direction"));
        Assert.Empty(Values(facts, "side"));
    }

    [Fact]
    public void Only_what_has_a_direction_is_asked_for_one()
    {
        ToyInstance star = new() { Category = ToyCategory.Star, Color = ToyColor.Red, Pattern = ToyPattern.Solid, CentreX = .25f, CentreY = .5f, HalfSize = .2f, Flipped = true };
        ToyInstance cat = star with { Category = ToyCategory.Cat, CentreX = .75f };
        var facts = new CellFacts([Scene(star, cat)], 8, 8, rows: 1);
        (long[] places, long[] values) = facts.Of(Attribute("direction"));
        Assert.NotEmpty(places);
        Assert.All(places, place => Assert.True(facts.Cells[(int)place] % 8 >= 4));
        Assert.All(values, value => Assert.Equal(1, value));
        Assert.Equal(places.Length, values.Length);
    }

    [Fact]
    public void Verb_role_and_side_together_tell_the_direction_and_no_two_of_them_do()
    {
        var pairs = new ToyPairs();
        CellAttribute[] told = [Attribute("verb"), Attribute("role"), Attribute("side")];
        var seen = (from i in Enumerable.Range(0, 400)
                    let scene = pairs.Sample(5, i)
                    where scene.Relations[0].Verb != ToyVerb.LeaningAgainst
                    from instance in new[] { 0, 1 }
                    select (Facts: told.Select(attribute => attribute.Of(scene, instance)!.Value).ToArray(), Direction: Attribute("direction").Of(scene, instance)!.Value)).ToArray();
        Assert.All(seen.GroupBy(pair => string.Join(' ', pair.Facts)), group => Assert.Single(group.Select(pair => pair.Direction).Distinct()));
        for (int left = 0; left < told.Length; left++)
        {
            Assert.All(
                seen.GroupBy(pair => string.Join(' ', pair.Facts.Where((_, i) => i != left))),
                group => Assert.True(left == 1 && IsMutual(group.First().Facts[0]) || group.Select(pair => pair.Direction).Distinct().Count() == 2));
        }

        // Facing and avoiding do not ask who is the subject.
        static bool IsMutual(int verb) => (ToyVerb)verb is ToyVerb.Facing or ToyVerb.Avoiding;
    }

    [Fact]
    public void The_middle_rows_alone_tell_what_they_tell_within_the_whole()
    {
        var pairs = new ToyPairs();
        ToyScene[] scenes = [.. Enumerable.Range(0, 8).Select(i => pairs.Sample(3, i))];
        var whole = new CellFacts(scenes, 16, 16, rows: 1);
        var middle = new CellFacts(scenes, 8, 16, rows: .5);
        Assert.Equal(whole.Cells, middle.Cells.Select(cell => (((cell / 128 * 16) + 4 + (cell % 128 / 16)) * 16) + (cell % 16)));
    }

    [Fact]
    public void Readings_that_know_nothing_cost_the_logarithm_of_the_number_of_classes()
    {
        using var scope = TensorScope.Enter();
        using var probe = new CellProbe(TinyRuns.Base(Folder).Unet!, 1, DType.BFloat16, Device.Cpu);
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Action<string, Tensor> listen = probe.Listen(features);
        using var generator = new Generator(1);
        foreach ((string name, int side) in new[] { ("conv_in", 16), ("down_blocks.1.out0", 8), ("mid_block", 8), ("up_blocks.0", 16), ("up_blocks.1", 16) })
        {
            listen(name, Tensor.Randn([2, 16, side, side], generator).To(DType.BFloat16));
        }
        Assert.Equal(["down_blocks.1.out0", "mid_block", "up_blocks.0", "up_blocks.1"], features.Keys);
        ToyScene[] scenes = [new ToyPairs().Sample(1, 0), new ToyPairs().Sample(1, 1)];
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        double loss = probe.Loss(features, scenes, 1, figures, "pairs").Item();
        Assert.Equal(4 * (Math.Log(10) + Math.Log(8) + (3 * Math.Log(3)) + Math.Log(6) + (2 * Math.Log(2))), loss, 1e-4);
        Assert.Equal(Math.Log(2), figures["probe_direction_pairs"], 1e-6);
    }

    [Fact]
    public void A_picture_of_nothing_costs_nothing()
    {
        using var scope = TensorScope.Enter();
        using var probe = new CellProbe(TinyRuns.Base(Folder).Unet!, 1, DType.Float32, Device.Cpu);
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Action<string, Tensor> listen = probe.Listen(features);
        foreach (string name in new[] { "down_blocks.1.out0", "mid_block", "up_blocks.0", "up_blocks.1" })
        {
            listen(name, Tensor.Zeros([1, 16, 8, 8]));
        }
        Assert.Equal(0, probe.Loss(features, [Scene()], 1, [], "scenes").Item());
    }

    private static CellAttribute Attribute(string name) => CellAttribute.All.Single(attribute => attribute.Name == name);

    private static long[] Values(CellFacts facts, string name) => facts.Of(Attribute(name)).Values;

    private static ToyScene Scene(params ToyInstance[] instances) => new() { Background = ToyBackground.White, Instances = instances };
}
