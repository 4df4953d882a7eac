using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.RadlMethod;

/// <summary>What the config's choices promise.</summary>
public sealed class RadlChoicesTests : TensorTest
{
    [Fact]
    public void A_fresh_enhancement_changes_nothing()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter fresh = world.Adapter(trained: false);
        RadlAdapter without = world.Like(fresh, MethodWorld.Config with { AttributeEnhancement = false });
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 1);
        // Its zeros stand in a longer product, which may add up in another order.
        Assert.InRange(world.Attend(fresh, conditions, image).MaxDifference(world.Attend(without, conditions, image)), 0, 1e-7);
    }

    [Theory]
    [InlineData(InstanceContext.TwoTokens, LearnableQuery.Map, AttributeSource.MaskedTokens)]
    [InlineData(InstanceContext.FullLabel, LearnableQuery.Map, AttributeSource.MaskedTokens)]
    [InlineData(InstanceContext.TwoTokens, LearnableQuery.Tokens, AttributeSource.MaskedTokens)]
    [InlineData(InstanceContext.TwoTokens, LearnableQuery.Map, AttributeSource.Disentangled)]
    [InlineData(InstanceContext.TwoTokens, LearnableQuery.Map, AttributeSource.Tokens)]
    public void Every_parameter_learns_and_no_frozen_one_does(InstanceContext context, LearnableQuery query, AttributeSource source)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter(MethodWorld.Config with { InstanceContext = context, LearnableQuery = query, AttributeSource = source, Gate = true });
        Dictionary<string, double> gradients = Gradients(world, adapter);
        Assert.All(gradients, entry => Assert.True(entry.Value > 0, $"{entry.Key} has no gradient"));
        Assert.All(world.Frozen, frozen => Assert.Null(frozen.Grad));
    }

    [Fact]
    public void Before_its_projection_has_moved_the_learnable_query_has_no_gradient_and_the_projection_has()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        Dictionary<string, double> gradients = Gradients(world, world.Adapter(trained: false));
        Assert.Equal(0, gradients["ae.query"]);
        Assert.True(gradients["ae.to_out.0.weight"] > 0);
    }

    [Fact]
    public void One_wide_token_makes_instance_attention_constant_and_its_query_inert()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter(MethodWorld.Config with { InstanceContext = InstanceContext.OneWideToken });
        var trace = new LayoutTrace();
        world.Attend(adapter, MethodWorld.Scenes(3, MethodWorld.Two), MethodWorld.Image(4, 1), new LayoutBinding { EveryPixel = true }, trace);
        Tensor attention = trace.InstanceAttention!;
        Assert.Equal(0, attention.MaxDifference(attention.Narrow(1, 0, 1).Expand(attention.Shape)));
        Dictionary<string, double> gradients = Gradients(world, adapter);
        Assert.All(gradients, entry => Assert.Equal(
            entry.Key is "ea.to_q.weight" or "ea.to_k.weight" || entry.Key.StartsWith("ae.", StringComparison.Ordinal), entry.Value == 0));
    }

    [Fact]
    public void A_scene_without_verbs_can_be_muted_beside_one_that_has_some()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter(MethodWorld.Config with { NoVerbs = NoVerbs.Muted });
        RadlAdapter muted = world.Like(adapter, MethodWorld.Config with { Relation = RelationMode.Muted });
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two, MethodWorld.Two) with { HasVerbs = [true, false] };
        Tensor image = MethodWorld.Image(4, 2);
        Tensor mixed = world.Attend(adapter, conditions, image);
        Tensor spoken = world.Attend(adapter, conditions with { HasVerbs = null }, image);
        Tensor silent = world.Attend(muted, conditions, image);
        Assert.InRange(mixed.Narrow(0, 0, 1).MaxDifference(spoken.Narrow(0, 0, 1)), 0, 1e-6);
        Assert.InRange(mixed.Narrow(0, 1, 1).MaxDifference(silent.Narrow(0, 1, 1)), 0, 1e-6);
        Assert.True(silent.MaxDifference(spoken) > 1e-4);
    }

    [Fact]
    public void A_relation_outside_the_fusion_is_added_to_what_a_dropped_one_leaves()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter outside = world.Adapter(MethodWorld.Config with { Relation = RelationMode.Outside });
        RadlAdapter dropped = world.Like(outside, MethodWorld.Config with { Relation = RelationMode.Dropped });
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        var trace = new LayoutTrace();
        Tensor sum = world.Attend(outside, conditions, image, trace: trace);
        Assert.InRange(sum.MaxDifference(world.Attend(dropped, conditions, image) + trace.Relation!), 0, 1e-6);
    }

    [Fact]
    public void With_the_layout_last_a_muted_relation_is_a_dropped_one()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlConfig config = MethodWorld.Config with { SlotOrder = SlotOrder.LayoutLast };
        RadlAdapter muted = world.Adapter(config with { Relation = RelationMode.Muted });
        RadlAdapter dropped = world.Like(muted, config with { Relation = RelationMode.Dropped });
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 1);
        // With MIGC's order of slots a muted relation is MIGC, slot for slot.
        Assert.InRange(world.Attend(muted, conditions, image).MaxDifference(world.Attend(dropped, conditions, image)), 0, 1e-6);
    }

    [Fact]
    public void A_closed_gate_is_the_plain_attention()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter(MethodWorld.Config with { Gate = true }, trained: false);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 1);
        Assert.InRange(world.Attend(adapter, conditions, image).MaxDifference(world.Plain(image, conditions.Prompts)), 0, 1e-6);
    }

    [Fact]
    public void Padded_instances_take_a_share_of_the_weights_and_give_nothing()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter padded = world.Adapter(MethodWorld.Config with { PaddedInstances = 6 });
        var trace = new LayoutTrace();
        world.Attend(padded, MethodWorld.Scenes(3, MethodWorld.Two), MethodWorld.Image(4, 1), trace: trace);
        Assert.Equal(6 + 3, (int)trace.Weights!.Amax([0, 2]).Gt(0).Sum().Item());
        Assert.Equal([0, 7, 29, 1, 2], trace.SlotOfPhase!.Take(5));
    }

    [Fact]
    public void Strengths_scale_their_parts()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        var plain = new LayoutTrace();
        var scaled = new LayoutTrace();
        world.Attend(adapter, conditions, image, trace: plain);
        world.Attend(adapter, conditions with { Strengths = [new(0, 1, 1), new(1, 0, 1)] }, image, trace: scaled);
        Tensor inside = plain.Instances!.Abs().Gt(0).To(DType.Float32);
        Assert.InRange((scaled.Instances!.Select(0, 0) - (plain.InstanceAttention! * inside).Select(0, 0)).Abs().Max().Item(), 0, 1e-6);
        Assert.InRange((scaled.Instances!.Select(0, 1) - (plain.LabelAttention! * inside).Select(0, 1)).Abs().Max().Item(), 0, 1e-6);
    }

    [Fact]
    public void Area_averaged_masks_keep_a_region_that_bilinear_ones_lose()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, [new LayoutBox(0.0, 0.0, 0.125, 0.125)]);
        Tensor fine = Tensor.Zeros([1, 32, 32]);
        fine.Narrow(1, 0, 1).Narrow(2, 0, 1).FillInPlace(1);
        conditions = conditions with { Masks = fine, Background = 1 - fine };
        foreach ((MaskResize resize, double mass) in ((MaskResize, double)[])[(MaskResize.Bilinear, 0), (MaskResize.Area, 1.0 / 16)])
        {
            var trace = new LayoutTrace();
            world.Attend(world.Adapter(MethodWorld.Config with { MaskResize = resize }), conditions, MethodWorld.Image(4, 1), trace: trace);
            Assert.Equal(mass, trace.Masks!.Sum().Item(), 1e-6);
        }
    }

    // Largest absolute gradient of each parameter under a random loss.
    private static Dictionary<string, double> Gradients(MethodWorld world, RadlAdapter adapter)
    {
        string[] names = adapter.Parameters.Keys.ToArray();
        Tensor[] parameters = names.Select(name => adapter.Parameters[name]).ToArray();
        foreach (Tensor parameter in parameters)
        {
            parameter.RequiresGrad = true;
        }
        Tensor result = world.Attend(adapter, MethodWorld.Scenes(3, MethodWorld.Two, MethodWorld.Three), MethodWorld.Image(4, 2));
        Tensor?[] gradients = Autograd.Gradients((result * MethodWorld.Image(5, 2)).Sum(), parameters);
        return names.Select((name, i) => (name, gradients[i])).ToDictionary(
            entry => entry.name[(MethodWorld.SiteName.Length + ".radl.".Length)..],
            entry => entry.Item2?.Abs().Max().Item() ?? 0,
            StringComparer.Ordinal);
    }
}
