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
        Assert.Empty(facts.Directed);
        using var scope = TensorScope.Enter();
        Assert.All(facts.Values(0).ToArray<long>(), value => Assert.Equal((long)ToyCategory.Ball, value));
        Assert.All(facts.Values(1).ToArray<long>(), value => Assert.Equal((long)ToyColor.Cyan, value));
        Assert.All(facts.Values(2).ToArray<long>(), value => Assert.Equal((long)ToyPattern.Dotted, value));
        Assert.All(facts.Values(3).ToArray<long>(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Only_what_has_a_direction_is_asked_for_one()
    {
        ToyInstance star = new() { Category = ToyCategory.Star, Color = ToyColor.Red, Pattern = ToyPattern.Solid, CentreX = .25f, CentreY = .5f, HalfSize = .2f, Flipped = true };
        ToyInstance cat = star with { Category = ToyCategory.Cat, CentreX = .75f };
        var facts = new CellFacts([Scene(star, cat)], 8, 8, rows: 1);
        using var scope = TensorScope.Enter();
        Assert.NotEmpty(facts.Directed);
        Assert.All(facts.Directed, place => Assert.True(facts.Cells[(int)place] % 8 >= 4));
        Assert.All(facts.Values(4).ToArray<long>(), value => Assert.Equal(1, value));
        Assert.Equal(facts.Directed.Count, facts.Values(4).Count);
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
        foreach ((string name, int side) in new[] { ("conv_in", 16), ("mid_block", 8), ("up_blocks.0", 16), ("up_blocks.1", 16) })
        {
            listen(name, Tensor.Randn([2, 16, side, side], generator).To(DType.BFloat16));
        }
        Assert.Equal(["mid_block", "up_blocks.0", "up_blocks.1"], features.Keys);
        ToyScene[] scenes = [new ToyPairs().Sample(1, 0), new ToyPairs().Sample(1, 1)];
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        double loss = probe.Loss(features, scenes, 1, figures, "pairs").Item();
        Assert.Equal(3 * (Math.Log(10) + Math.Log(8) + Math.Log(3) + Math.Log(3) + Math.Log(2)), loss, 1e-4);
        Assert.Equal(Math.Log(2), figures["probe_direction_pairs"], 1e-6);
    }

    [Fact]
    public void A_picture_of_nothing_costs_nothing()
    {
        using var scope = TensorScope.Enter();
        using var probe = new CellProbe(TinyRuns.Base(Folder).Unet!, 1, DType.Float32, Device.Cpu);
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Action<string, Tensor> listen = probe.Listen(features);
        foreach (string name in new[] { "mid_block", "up_blocks.0", "up_blocks.1" })
        {
            listen(name, Tensor.Zeros([1, 16, 8, 8]));
        }
        Assert.Equal(0, probe.Loss(features, [Scene()], 1, [], "scenes").Item());
    }

    private static ToyScene Scene(params ToyInstance[] instances) => new() { Background = ToyBackground.White, Instances = instances };
}
