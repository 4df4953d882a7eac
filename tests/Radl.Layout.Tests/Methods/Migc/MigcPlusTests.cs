using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Migc;

/// <summary>MIGC++: its formula computed densely, its beginnings, its file.</summary>
public sealed class MigcPlusTests : TensorTest
{
    private static readonly MigcConfig Config = MethodWorld.MigcConfig with { Variant = MigcVariant.PlusPlus };

    [Fact]
    public void A_fresh_layer_is_the_fuser_without_parameters()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Three, [], MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 6);
        var binding = new LayoutBinding { UnconditionalRows = 3 };
        using BoundLayout fuser = world.Migc().Bind(conditions, binding with { ControlSteps = 0, NaiveFuserSteps = 1 });
        Tensor expected = fuser.ForStep(0)!.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!;
        MethodWorld.Close(world.Attend(world.Migc(Config), conditions, image, binding), expected);
    }

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(0.5, true)]
    public void The_shading_is_the_softmax_over_instances_and_layout_of_gated_products(double scale, bool hasStrengths)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        MigcAdapter adapter = world.Migc(Config with { GammaScale = scale });
        P(adapter, "gamma").FillInPlace(0.7);
        LayoutBox[] boxes = MethodWorld.Three;
        LayoutConditions conditions = MethodWorld.Scenes(3, boxes);
        if (hasStrengths)
        {
            conditions = conditions with { Strengths = [new(1, 2, 0.5), new(1, 1, 3), LayoutStrength.One] };
        }
        Tensor image = MethodWorld.Image(4, 1);
        var trace = new LayoutTrace();
        Tensor result = world.Attend(adapter, conditions, image, new LayoutBinding { EveryPixel = true }, trace);
        using BoundLayout fuser = adapter.Bind(conditions, new LayoutBinding { ControlSteps = 0, NaiveFuserSteps = 1 });
        Tensor refined = fuser.ForStep(0)!.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!;

        int count = boxes.Length;
        double[] strengths = [.. Enumerable.Range(0, count).Select(k => conditions.Strengths?[k].Instance ?? 1)];
        Tensor masks = trace.Masks!.Unsqueeze(2) * Tensor.From<float>([.. strengths.Select(strength => (float)strength)], count, 1, 1);
        Tensor phases = Tensor.Cat([trace.InstanceAttention! * masks, trace.Layout!], 0);
        Tensor kernel = P(adapter, "sac.conv2.weight").Reshape(-1, 1);
        Tensor bias = P(adapter, "sac.conv2.bias");
        Tensor maps = phases.MatMul(kernel).Squeeze(2) + bias;
        Tensor none = Tensor.Zeros([29 - count, MethodWorld.Pixels]) + bias;
        Tensor slots = Tensor.Cat([maps.Narrow(0, 0, count), none, maps.Narrow(0, count, 1)], 0);
        Tensor Mlp(Tensor x) => Functional.Linear(
            Functional.Linear(x, P(adapter, "sac.cbam2.ChannelGate.mlp.1.weight"), P(adapter, "sac.cbam2.ChannelGate.mlp.1.bias")).Relu(),
            P(adapter, "sac.cbam2.ChannelGate.mlp.3.weight"),
            P(adapter, "sac.cbam2.ChannelGate.mlp.3.bias"));
        Tensor gated = slots * (Mlp(slots.Mean([1]).Unsqueeze(0)) + Mlp(slots.Amax([1]).Unsqueeze(0))).Sigmoid().Reshape(-1, 1);
        Tensor planes = Tensor.Stack([gated.Amax([0]), gated.Mean([0])]).Reshape(1, 2, MethodWorld.Side, MethodWorld.Side);
        gated *= Functional.Conv2d(planes, P(adapter, "sac.cbam2.SpatialGate.spatial.conv.weight"), null, padding: 3).Sigmoid().Reshape(1, -1);
        Tensor logits = Tensor.Cat([gated.Narrow(0, 0, count), gated.Narrow(0, 29, 1)], 0);
        if (hasStrengths)
        {
            logits *= Tensor.From<float>([0.5f, 3, 1, 1], 4, 1);
        }
        Tensor shading = (phases * logits.Softmax(0).Unsqueeze(2)).Sum([0]);
        MethodWorld.Close(result.Squeeze(0), refined.Squeeze(0) + (shading * (Math.Tanh(0.7) * scale)));
    }

    [Fact]
    public void A_ragged_batch_gives_what_each_scene_gives_alone_and_every_parameter_is_trained()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        MigcAdapter adapter = world.Migc(Config);
        P(adapter, "gamma").FillInPlace(0.7);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two, [], MethodWorld.Three);
        Tensor image = MethodWorld.Image(4, 3);
        Tensor together = world.Attend(adapter, conditions, image);
        MethodWorld.Close(together.Narrow(0, 2, 1), world.Attend(adapter, MethodWorld.Alone(conditions, 2, 2, 3), image.Narrow(0, 2, 1)));

        foreach (Tensor parameter in adapter.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        using (BoundLayout bound = adapter.Bind(conditions))
        {
            bound.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!.Square().Sum().Backward();
        }
        Assert.All(adapter.Parameters, entry => Assert.True(entry.Value.Grad is { } gradient && gradient.Abs().Max().Item() > 0, entry.Key));
    }

    [Fact]
    public void Its_flat_file_opens_with_the_refined_shader_in_all_steps()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        using var scratch = new ScratchFolder();
        MigcConfig published = Config with { Sites = [new LayoutSite(MethodWorld.SiteName, MethodWorld.Channels, 8)], Fuser = FuserUse.AllSteps, InclusiveSteps = true };
        MigcAdapter adapter = world.Migc(published);
        Assert.DoesNotContain(adapter.Parameters.Keys, name => name.Contains("conv1", StringComparison.Ordinal) || name.Contains("cbam1", StringComparison.Ordinal));
        string file = scratch.In("migc_plus.safetensors");
        SafetensorsTensors.Save(file, adapter.Parameters.ToDictionary(entry => entry.Key.Replace(".migc.", ".processor.migc.", StringComparison.Ordinal), entry => entry.Value));
        using MigcAdapter opened = MigcAdapter.OpenCheckpoint(file);
        Assert.Equal(MigcVariant.PlusPlus, opened.Config.Variant);
        Assert.Equal(29, opened.Config.MostInstances);
        Assert.Equal(MaskBounds.LastPixel, opened.Needs.MaskBounds);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        Assert.Equal(0, world.Attend(opened, conditions, image).MaxDifference(world.Attend(adapter, conditions, image)));
        using BoundLayout bound = opened.Bind(conditions, new LayoutBinding { ControlSteps = 1 });
        Assert.NotNull(bound.ForStep(49));

        opened.Save(scratch.In("migc"));
        using LayoutAdapter again = LayoutAdapter.Open(scratch.In("migc"));
        Assert.Equal(opened.Config.ToJson(), Assert.IsType<MigcAdapter>(again).Config.ToJson());
    }

    [Theory]
    [InlineData(1, "a red fish")]
    [InlineData(2, "a red fish, and a red fish")]
    public void A_label_can_be_repeated(int times, string expected) => Assert.Equal(expected, InstanceTexts.Repeat("a red fish", times));

    private static Tensor P(MigcAdapter adapter, string key) => adapter.Parameters[$"{MethodWorld.SiteName}.migc.{key}"];
}
