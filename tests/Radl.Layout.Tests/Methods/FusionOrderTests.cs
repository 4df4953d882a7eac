using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods;

/// <summary>The order in which the gate over phases sees the instances: kept, given, or drawn.</summary>
public sealed class FusionOrderTests : TensorTest
{
    private static readonly MigcConfig Drawn = MethodWorld.MigcConfig with { FusionSlots = FusionSlots.Drawn };

    [Theory]
    [InlineData(MigcVariant.Original)]
    [InlineData(MigcVariant.PlusPlus)]
    public void A_drawn_order_does_what_the_same_order_does_when_given(MigcVariant variant)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 1);
        MigcAdapter adapter = world.Migc(Drawn with { Variant = variant });
        if (variant == MigcVariant.PlusPlus)
        {
            adapter.Parameters[$"{MethodWorld.SiteName}.migc.gamma"].FillInPlace(1);
        }
        using var orders = new FusionOrders([5], adapter.Config);
        int first = variant == MigcVariant.Original ? 1 : 0;
        int[] drawn = [.. orders.Next(Device.Cpu).Slots.ToArray<long>().Skip(first).Take(adapter.Config.MiddleSlots).Select(slot => (int)slot - first)];
        Assert.Equal(Enumerable.Range(0, drawn.Length), drawn.Order());
        using BoundLayout bound = adapter.Bind(conditions);
        bound.Begin([5]);
        Tensor result = bound.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!;
        MethodWorld.Close(result, world.Attend(adapter, conditions, image, new LayoutBinding { Permutation = drawn }));
        Assert.True(result.MaxDifference(world.Attend(adapter, conditions, image)) > 1e-6);
    }

    [Fact]
    public void Every_call_draws_another_order_and_a_seed_gives_the_same_ones_again()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, [], MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 3);
        using BoundLayout bound = world.Migc(Drawn).Bind(conditions);
        Tensor Next() => bound.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!;
        bound.Begin([5, 6, 7]);
        Tensor[] run = [Next(), Next()];
        bound.Begin([5, 6, 7]);
        Assert.Equal(run[0].ToArray<float>(), Next().ToArray<float>());
        Assert.Equal(run[1].ToArray<float>(), Next().ToArray<float>());
        Assert.True(run[0].MaxDifference(run[1]) > 1e-6);
        // A scene's order is its own.
        bound.Begin([8, 9, 7]);
        MethodWorld.Close(Next().Narrow(0, 2, 1), run[0].Narrow(0, 2, 1));
        Assert.Throws<ArgumentException>(() => bound.Begin([5]));
    }

    [Fact]
    public void The_default_keeps_the_order_whatever_the_seed()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 1);
        using BoundLayout bound = world.Migc().Bind(conditions);
        Tensor before = bound.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!;
        bound.Begin([5]);
        Assert.Equal(0, before.MaxDifference(bound.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!));
    }
}
