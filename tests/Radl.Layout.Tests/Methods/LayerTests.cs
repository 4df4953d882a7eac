using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods;

/// <summary>What must hold of the layers that all methods share.</summary>
public sealed class LayerTests : TensorTest
{
    // One pixel moves, once inside the first region and once inside the second: what changes is the region that holds it.
    [Theory]
    [InlineData(LayoutMethods.Migc, 0, 0)]
    [InlineData(LayoutMethods.Radl, (6 * MethodWorld.Side) + 6, 1)]
    public void Layout_attention_sees_only_pixels_that_share_a_region_or_the_background(string method, int moves, int region)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        InstanceAdapter adapter = AdapterOf(world, method);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        Tensor moved = image.Clone();
        moved.Narrow(1, moves, 1).AddInPlace(1.0);
        var before = new LayoutTrace();
        var after = new LayoutTrace();
        world.Attend(adapter, conditions, image, trace: before);
        world.Attend(adapter, conditions, moved, trace: after);
        float[] change = (before.Layout! - after.Layout!).Abs().Amax([2]).ToArray<float>();
        Assert.All(Enumerable.Range(0, MethodWorld.Pixels), p => Assert.Equal(MethodWorld.Holds(MethodWorld.Two[region], p), change[p] > 0));
    }

    [Theory]
    [InlineData(LayoutMethods.Radl)]
    [InlineData(LayoutMethods.Migc)]
    public void The_order_of_instances_matters_only_through_the_gate_over_phases(string method)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        InstanceAdapter adapter = AdapterOf(world, method);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor order = Tensor.From(1L, 0L);
        LayoutConditions swapped = conditions with
        {
            Boxes = [.. conditions.Boxes.Reverse()],
            Labels = conditions.Labels.IndexSelect(0, order),
            Pooled = conditions.Pooled.IndexSelect(0, order),
            Masks = conditions.Masks.IndexSelect(0, order),
        };
        Tensor image = MethodWorld.Image(4, 1);
        Assert.True(world.Attend(adapter, conditions, image).MaxDifference(world.Attend(adapter, swapped, image)) > 1e-5);
        foreach ((string name, Tensor parameter) in adapter.Parameters)
        {
            // A gate whose mlp treats all channels alike no longer tells the slots apart.
            if (name.Contains("cbam2.ChannelGate", StringComparison.Ordinal))
            {
                parameter.FillInPlace(0.1);
            }
        }
        MethodWorld.Close(world.Attend(adapter, conditions, image), world.Attend(adapter, swapped, image));
    }

    private static InstanceAdapter AdapterOf(MethodWorld world, string method) => method == LayoutMethods.Migc ? world.Migc() : world.Adapter();
}
