using FsCheck;
using FsCheck.Fluent;
using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.RadlMethod;

/// <summary>What must hold of a layer whatever its weights are.</summary>
public sealed class RadlLayerTests : TensorTest
{
    private static Arbitrary<LayoutBox[]> AnyBoxes { get; } =
        (from count in Gen.Choose(1, 6)
         from sides in Gen.Choose(0, 100).Select(n => n / 100.0).ArrayOf(4 * 6)
         select Enumerable.Range(0, count).Select(k => Box(sides, k)).ToArray()).ToArbitrary();

    [Fact]
    public void A_scene_without_instances_is_the_plain_attention_bit_by_bit()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, Array.Empty<LayoutBox>());
        Tensor image = MethodWorld.Image(4, 1);
        Assert.Equal(0, world.Attend(world.Adapter(), conditions, image).MaxDifference(world.Plain(image, conditions.Prompts)));
    }

    [Fact]
    public void An_empty_scene_in_a_batch_stays_plain_and_its_neighbours_stay_as_they_are_alone()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two, [], MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 3);
        Tensor together = world.Attend(adapter, conditions, image);
        MethodWorld.Close(together.Narrow(0, 1, 1), world.Plain(image.Narrow(0, 1, 1), conditions.Prompts.Narrow(0, 1, 1)));
        foreach ((int scene, int first, int count) in ((int, int, int)[])[(0, 0, 2), (2, 2, 3)])
        {
            MethodWorld.Close(together.Narrow(0, scene, 1), world.Attend(adapter, MethodWorld.Alone(conditions, scene, first, count), image.Narrow(0, scene, 1)));
        }
    }

    [Fact]
    public void Unconditional_rows_take_the_negative_text_and_change_nothing_else()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two, MethodWorld.Three, []);
        Tensor image = MethodWorld.Image(4, 6);
        Tensor all = world.Attend(adapter, conditions, image, new LayoutBinding { UnconditionalRows = 3 });
        MethodWorld.Close(all.Narrow(0, 0, 3), world.Plain(image.Narrow(0, 0, 3), conditions.Negative!));
        MethodWorld.Close(all.Narrow(0, 3, 3), world.Attend(adapter, conditions, image.Narrow(0, 3, 3)));
    }

    [Fact]
    public void Computing_only_inside_the_regions_gives_what_computing_everywhere_gives()
    {
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(AnyBoxes, boxes =>
        {
            using var scope = TensorScope.Enter();
            LayoutConditions conditions = MethodWorld.Scenes(3, boxes);
            Tensor image = MethodWorld.Image(4, 1);
            Tensor inside = world.Attend(adapter, conditions, image);
            MethodWorld.Close(inside, world.Attend(adapter, conditions, image, new LayoutBinding { EveryPixel = true }));
            MethodWorld.Close(inside, world.Attend(adapter, conditions, image, new LayoutBinding { RegionMultiple = 8 }));
        }));
    }

    [Fact]
    public void Fusion_weights_sum_to_one_at_every_pixel_and_only_phases_have_some()
    {
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(AnyBoxes, boxes =>
        {
            using var scope = TensorScope.Enter();
            var trace = new LayoutTrace();
            world.Attend(adapter, MethodWorld.Scenes(3, boxes), MethodWorld.Image(4, 1), trace: trace);
            MethodWorld.Close(trace.Weights!.Sum([1]), Tensor.Ones([1, MethodWorld.Pixels]));
            Assert.Equal(boxes.Length + 3, (int)trace.Weights!.Amax([0, 2]).Gt(0).Sum().Item());
        }));
    }

    [Fact]
    public void The_relation_is_zero_wherever_no_region_is_and_other_verbs_change_nothing_else_but_weights()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        var trace = new LayoutTrace();
        var other = new LayoutTrace();
        world.Attend(adapter, conditions, image, trace: trace);
        world.Attend(adapter, conditions with { Verbs = conditions.Verbs! * -2 }, image, trace: other);
        Tensor nowhere = 1 - trace.Total!;
        Assert.Equal(0, (trace.Relation! * nowhere).Abs().Max().Item());
        Assert.True(nowhere.Max().Item() == 1 && trace.Relation!.MaxDifference(other.Relation!) > 0.01);
        Assert.Equal(0, trace.Instances!.MaxDifference(other.Instances!));
        Assert.Equal(0, trace.Layout!.MaxDifference(other.Layout!));
        Assert.Equal(0, trace.BackgroundPhase!.MaxDifference(other.BackgroundPhase!));
    }

    [Fact]
    public void A_permutation_of_the_slots_moves_phases_but_loses_none()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        int[] permutation = [.. Enumerable.Range(0, 28).Reverse()];
        var trace = new LayoutTrace();
        world.Attend(adapter, MethodWorld.Scenes(3, MethodWorld.Two), MethodWorld.Image(4, 1), new LayoutBinding { Permutation = permutation }, trace);
        // Background, layout, relation, instances: slot 1 + j holds middle entry p[j], and the middle is [instances, layout, nulls].
        Assert.Equal([0, 26, 29, 28, 27], trace.SlotOfPhase!.Take(5));
        MethodWorld.Close(trace.Weights!.Sum([1]), Tensor.Ones([1, MethodWorld.Pixels]));
    }

    [Fact]
    public void Half_precision_stays_close_to_single_precision()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        string folder = Directory.CreateTempSubdirectory().FullName;
        adapter.Save(folder);
        using RadlAdapter half = RadlAdapter.Open(folder, DType.BFloat16);
        Directory.Delete(folder, recursive: true);
        using Weights frozen = Weights.From(new FreshWeights(1), DType.BFloat16);
        var site = new AttentionSite(MethodWorld.SiteName, new CrossAttention(frozen / "attn2", MethodWorld.Channels, MethodWorld.Width, 4));
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, [], MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 3);
        Tensor expected = world.Attend(adapter, conditions, image);
        using BoundLayout bound = half.Bind(conditions with
        {
            Prompts = conditions.Prompts.To(DType.BFloat16),
            Labels = conditions.Labels.To(DType.BFloat16),
            Pooled = conditions.Pooled.To(DType.BFloat16),
            Verbs = conditions.Verbs!.To(DType.BFloat16),
        });
        Tensor actual = bound.Attend(site, image.To(DType.BFloat16), MethodWorld.Side, MethodWorld.Side)!;
        Assert.Equal(DType.BFloat16, actual.DType);
        Assert.InRange(actual.MaxDifference(expected) / expected.Abs().Max().Item(), 0, 0.04);
    }

    private static LayoutBox Box(double[] sides, int k)
    {
        double[] own = sides[(4 * k)..((4 * k) + 4)];
        return new LayoutBox(Math.Min(own[0], own[1]), Math.Min(own[2], own[3]), Math.Max(own[0], own[1]), Math.Max(own[2], own[3]));
    }
}
