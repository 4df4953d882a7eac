using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Migc;

/// <summary>What must hold of a MIGC layer whatever its weights are, and what it has to do with RaDL.</summary>
public sealed class MigcLayerTests : TensorTest
{
    [Fact]
    public void A_scene_without_instances_is_the_plain_attention_bit_by_bit()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, Array.Empty<LayoutBox>());
        Tensor image = MethodWorld.Image(4, 1);
        Assert.Equal(0, world.Attend(world.Migc(), conditions, image).MaxDifference(world.Plain(image, conditions.Prompts)));
    }

    [Fact]
    public void RaDL_without_enhancement_and_relation_is_MIGC_bit_by_bit()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        MigcAdapter migc = world.Migc();
        RadlAdapter radl = world.Adapter(MethodWorld.Config with { AttributeEnhancement = false, Relation = RelationMode.Dropped, FourierFrequencies = 8 });
        Assert.Equal(migc.Parameters.Keys.Order(StringComparer.Ordinal), radl.Parameters.Keys.Select(InMigc).Order(StringComparer.Ordinal));
        foreach ((string name, Tensor parameter) in radl.Parameters)
        {
            parameter.CopyFrom(migc.Parameters[InMigc(name)]);
        }
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 2);
        Assert.Equal(0, world.Attend(migc, conditions with { Verbs = null }, image).MaxDifference(world.Attend(radl, conditions with { Verbs = null }, image)));

        static string InMigc(string name) => name.Replace(".radl.", ".migc.", StringComparison.Ordinal);
    }

    [Fact]
    public void A_ragged_batch_with_unconditional_rows_gives_what_each_scene_gives_alone()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        MigcAdapter adapter = world.Migc();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two, [], MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 6);
        Tensor together = world.Attend(adapter, conditions, image, new LayoutBinding { UnconditionalRows = 3 });
        MethodWorld.Close(together.Narrow(0, 0, 3), world.Plain(image.Narrow(0, 0, 3), conditions.Negative!));
        MethodWorld.Close(together.Narrow(0, 4, 1), world.Plain(image.Narrow(0, 4, 1), conditions.Prompts.Narrow(0, 1, 1)));
        foreach ((int place, int first, int count) in ((int, int, int)[])[(0, 0, 2), (2, 2, 3)])
        {
            MethodWorld.Close(
                together.Narrow(0, 3 + place, 1),
                world.Attend(adapter, MethodWorld.Alone(conditions, place, first, count), image.Narrow(0, 3 + place, 1)));
        }
    }

    [Fact]
    public void Fusion_weights_of_background_instances_and_layout_sum_to_one_and_nothing_else_has_any()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        var trace = new LayoutTrace();
        world.Attend(world.Migc(), MethodWorld.Scenes(3, MethodWorld.Three), MethodWorld.Image(4, 1), trace: trace);
        MethodWorld.Close(trace.Weights!.Sum([1]), Tensor.Ones([1, MethodWorld.Pixels]));
        Assert.Equal(MethodWorld.Three.Length + 2, (int)trace.Weights!.Amax([0, 2]).Gt(0).Sum().Item());
        // Background first, layout last, instances between them.
        Assert.Equal([0, 29, 1, 2, 3], trace.SlotOfPhase!.Take(5));
        Assert.Null(trace.Relation);
    }

    [Fact]
    public void Masks_of_background_and_instances_cover_every_pixel()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        var trace = new LayoutTrace();
        world.Attend(world.Migc(), MethodWorld.Scenes(3, MethodWorld.Three), MethodWorld.Image(4, 1), trace: trace);
        Tensor sum = trace.Masks!.Sum([0]) + trace.Background!.Reshape(-1);
        Assert.True(sum.Amin([0]).Item() >= 1);
    }

    [Fact]
    public void Every_parameter_learns_and_no_frozen_one_does()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        MigcAdapter adapter = world.Migc();
        string[] names = [.. adapter.Parameters.Keys];
        foreach (Tensor parameter in adapter.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        Tensor result = world.Attend(adapter, MethodWorld.Scenes(3, MethodWorld.Two, MethodWorld.Three), MethodWorld.Image(4, 2));
        Tensor?[] gradients = Autograd.Gradients((result * MethodWorld.Image(5, 2)).Sum(), [.. names.Select(name => adapter.Parameters[name])]);
        Assert.All(gradients.Zip(names), pair => Assert.True(pair.First?.Abs().Max().Item() > 0, $"{pair.Second} has no gradient"));
        Assert.All(world.Frozen, frozen => Assert.Null(frozen.Grad));
    }
}
