using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods;

/// <summary>Negative prompts of instances: in their regions, in the unconditional rows, and nowhere else.</summary>
public sealed class InstanceNegativeTests : TensorTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Inside_its_region_an_instances_own_negative_replaces_the_pictures(bool isRadl)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        InstanceAdapter adapter = isRadl ? world.Adapter() : world.Migc();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two, [], MethodWorld.Three);
        Tensor own = conditions.Labels.Narrow(0, 1, 2);
        LayoutConditions with = conditions with { InstanceNegatives = own, NegativeOf = [-1, 0, 1, 1, -1] };
        Tensor image = MethodWorld.Image(4, 6);
        var binding = new LayoutBinding { UnconditionalRows = 3 };
        Tensor before = world.Attend(adapter, conditions, image, binding);
        Tensor after = world.Attend(adapter, with, image, binding);

        Assert.Equal(0, before.Narrow(0, 3, 3).MaxDifference(after.Narrow(0, 3, 3)));
        // Scene 0: instance 1 alone. Scene 2: its first two, which meet. Masks are binary on this grid.
        MethodWorld.Close(after.Narrow(0, 0, 1), Expected(0, [(1, 0)]));
        MethodWorld.Close(after.Narrow(0, 1, 1), world.Plain(image.Narrow(0, 1, 1), conditions.Negative!));
        MethodWorld.Close(after.Narrow(0, 2, 1), Expected(2, [(2, 1), (3, 1)]));

        Tensor Expected(int row, (int Instance, int Text)[] negatives)
        {
            Tensor x = image.Narrow(0, row, 1);
            Tensor plain = world.Plain(x, conditions.Negative!);
            Tensor total = Tensor.Zeros([1, MethodWorld.Pixels, 1]);
            Tensor sum = plain.ZerosLike();
            foreach ((int instance, int text) in negatives)
            {
                Tensor mask = conditions.Masks.Select(0, instance).Reshape(1, -1, 1);
                sum += mask * (world.Plain(x, own.Narrow(0, text, 1)) - plain);
                total += mask;
            }
            return plain + (sum / total.Clamp(1));
        }
    }

    [Fact]
    public void The_fuser_holds_to_them_too()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, [MethodWorld.Two[0]]);
        LayoutConditions with = conditions with { InstanceNegatives = conditions.Labels, NegativeOf = [0] };
        Tensor image = MethodWorld.Image(4, 2);
        using BoundLayout bound = world.Migc().Bind(with, new LayoutBinding { UnconditionalRows = 1, ControlSteps = 0, NaiveFuserSteps = 1 });
        Tensor row = bound.ForStep(0)!.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!.Narrow(0, 0, 1);
        Tensor mask = conditions.Masks.Reshape(1, -1, 1);
        Tensor x = image.Narrow(0, 0, 1);
        MethodWorld.Close(row, (world.Plain(x, conditions.Labels) * mask) + (world.Plain(x, conditions.Negative!) * (1 - mask)));
    }

    [Fact]
    public void Where_no_instance_has_one_and_without_unconditional_rows_nothing_changes()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 2);
        LayoutConditions none = conditions with { InstanceNegatives = conditions.Labels, NegativeOf = [-1, -1] };
        var guided = new LayoutBinding { UnconditionalRows = 1 };
        Assert.Equal(0, world.Attend(world.Migc(), none, image, guided).MaxDifference(world.Attend(world.Migc(), conditions, image, guided)));
        LayoutConditions some = none with { NegativeOf = [0, -1] };
        Tensor one = image.Narrow(0, 0, 1);
        Assert.Equal(0, world.Attend(world.Migc(), some, one).MaxDifference(world.Attend(world.Migc(), conditions, one)));
        ArgumentException error = Assert.Throws<ArgumentException>(() => world.Migc().Bind(some with { NegativeOf = [2, -1] }));
        Assert.Contains("NegativeOf", error.Message, StringComparison.Ordinal);
    }
}
