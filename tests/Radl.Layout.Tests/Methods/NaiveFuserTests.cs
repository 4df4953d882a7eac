using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods;

/// <summary>The fuser without parameters, and which step it acts in.</summary>
public sealed class NaiveFuserTests : TensorTest
{
    [Fact]
    public void Inside_a_region_the_label_has_ten_times_the_prompts_weight_and_outside_none()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, [MethodWorld.Two[0]]);
        Tensor image = MethodWorld.Image(4, 1);
        Tensor prompt = world.Plain(image, conditions.Prompts);
        Tensor label = world.Plain(image, conditions.Labels);
        Tensor mask = conditions.Masks.Reshape(1, -1, 1);
        MethodWorld.Close(Fused(world, world.Migc(), conditions, image), (prompt + (label * mask * 10)) / ((mask * 10) + 1.0));
    }

    [Fact]
    public void A_ragged_batch_with_unconditional_rows_gives_what_each_scene_gives_alone()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        InstanceAdapter adapter = world.Adapter();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, [], MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 6);
        Tensor together = Fused(world, adapter, conditions, image, unconditional: 3);
        MethodWorld.Close(together.Narrow(0, 0, 3), world.Plain(image.Narrow(0, 0, 3), conditions.Negative!));
        MethodWorld.Close(together.Narrow(0, 4, 1), world.Plain(image.Narrow(0, 4, 1), conditions.Prompts.Narrow(0, 1, 1)));
        foreach ((int place, int first, int count) in ((int, int, int)[])[(0, 0, 3), (2, 3, 2)])
        {
            MethodWorld.Close(
                together.Narrow(0, 3 + place, 1),
                Fused(world, adapter, MethodWorld.Alone(conditions, place, first, count), image.Narrow(0, 3 + place, 1)));
        }
    }

    [Fact]
    public void It_acts_where_no_layer_does_and_leaves_scenes_without_instances_alone()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        AttentionSite elsewhere = world.Site with { Name = "elsewhere" };
        Tensor image = MethodWorld.Image(4, 1);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        var binding = new LayoutBinding { ControlSteps = 2, NaiveFuserSteps = 3 };
        using BoundLayout bound = world.Migc().Bind(conditions, binding);
        Tensor layer = world.Attend(world.Migc(), conditions, image);
        Tensor fused = Fused(world, world.Migc(), conditions, image);
        Assert.Equal(0, Attend(bound, 1, world.Site)!.MaxDifference(layer));
        Assert.Equal(0, Attend(bound, 1, elsewhere)!.MaxDifference(fused));
        Assert.Equal(0, Attend(bound, 2, world.Site)!.MaxDifference(fused));
        Assert.Null(bound.ForStep(3));
        using BoundLayout empty = world.Migc().Bind(MethodWorld.Scenes(3, Array.Empty<LayoutBox>()), binding);
        Assert.Null(Attend(empty, 1, elsewhere));
        Assert.Contains("NaiveFuserSteps", Assert.Throws<ArgumentException>(() => world.Migc().Bind(conditions, binding with { NaiveFuserSteps = -1 })).Message, StringComparison.Ordinal);

        Tensor? Attend(BoundLayout control, int step, AttentionSite site) => control.ForStep(step)!.Attend(site, image, MethodWorld.Side, MethodWorld.Side);
    }

    private static Tensor Fused(MethodWorld world, InstanceAdapter adapter, LayoutConditions conditions, Tensor image, int unconditional = 0)
    {
        using BoundLayout bound = adapter.Bind(conditions, new LayoutBinding { UnconditionalRows = unconditional, ControlSteps = 0, NaiveFuserSteps = 1 });
        return bound.ForStep(0)!.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!;
    }
}
