using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Gligen;

/// <summary>What must hold of GLIGEN in the U-Net whatever its weights are.</summary>
public sealed class BoundGligenTests : TensorTest
{
    private static readonly LayoutBox[] Two = MethodWorld.Two;

    [Fact]
    public void With_gates_at_zero_the_model_is_Stable_Diffusion_bit_by_bit()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new GligenWorld();
        LayoutConditions conditions = world.Scenes(3, Two);
        Tensor latents = world.Latents(4, 1);
        using IBoundMethod bound = world.Adapter(trained: false).Bind(conditions);
        using IBoundMethod acting = world.Adapter().Bind(conditions);
        Tensor plain = world.Predict(latents, conditions, null);
        Assert.Equal(0, world.Predict(latents, conditions, bound.ForStep(0)).MaxDifference(plain));
        Assert.InRange(world.Predict(latents, conditions, acting.ForStep(0)).MaxDifference(plain), 1e-3, double.MaxValue);
    }

    [Fact]
    public void Every_row_gives_what_it_gives_alone_so_null_tokens_know_no_box_and_no_text()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new GligenWorld();
        GligenAdapter adapter = world.Adapter();
        LayoutConditions conditions = world.Scenes(3, Two, [], MethodWorld.Three);
        Tensor latents = world.Latents(4, 6);
        using IBoundMethod bound = adapter.Bind(conditions, new LayoutBinding { UnconditionalRows = 3 });
        Tensor together = world.Predict(latents, conditions, bound.ForStep(0), withUnconditional: true);
        foreach ((int scene, int first, int count) in ((int, int, int)[])[(0, 0, 2), (1, 2, 0), (2, 2, 3)])
        {
            LayoutConditions alone = conditions with
            {
                Counts = [count],
                Prompts = conditions.Prompts.Narrow(0, scene, 1),
                Background = conditions.Background.Narrow(0, scene, 1),
                Labels = conditions.Labels.Narrow(0, first, count),
                Pooled = conditions.Pooled.Narrow(0, first, count),
                Masks = conditions.Masks.Narrow(0, first, count),
                Boxes = [.. conditions.Boxes.Skip(first).Take(count)],
            };
            using IBoundMethod one = adapter.Bind(alone);
            MethodWorld.Close(together.Narrow(0, 3 + scene, 1), world.Predict(latents.Narrow(0, 3 + scene, 1), alone, one.ForStep(0)));
            // The unconditional row is that of a scene without instances, with the negative prompt.
            LayoutConditions nothing = alone.WithoutInstances() with { Prompts = conditions.Negative! };
            using IBoundMethod none = adapter.Bind(nothing);
            MethodWorld.Close(together.Narrow(0, scene, 1), world.Predict(latents.Narrow(0, scene, 1), nothing, none.ForStep(0)));
        }
    }

    [Fact]
    public void Unconditional_rows_are_bit_by_bit_the_same_under_any_boxes_and_texts()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new GligenWorld();
        GligenAdapter adapter = world.Adapter();
        LayoutConditions conditions = world.Scenes(3, Two);
        LayoutConditions others = conditions with { Pooled = conditions.Pooled * 3, Boxes = [.. MethodWorld.Three.Take(2)] };
        var binding = new LayoutBinding { UnconditionalRows = 1 };
        using IBoundMethod bound = adapter.Bind(conditions, binding);
        using IBoundMethod other = adapter.Bind(others, binding);
        Tensor latents = world.Latents(4, 2);
        Tensor difference = (world.Predict(latents, conditions, bound.ForStep(0), true) - world.Predict(latents, others, other.ForStep(0), true)).Abs();
        Assert.Equal(0, difference.Select(0, 0).Max().Item());
        Assert.InRange(difference.Select(0, 1).Max().Item(), 1e-5, double.MaxValue);
    }

    [Fact]
    public void The_order_of_the_instances_does_not_matter()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new GligenWorld();
        GligenAdapter adapter = world.Adapter();
        LayoutConditions conditions = world.Scenes(3, MethodWorld.Three);
        LayoutConditions turned = conditions with { Pooled = conditions.Pooled.Flip(0), Boxes = [.. conditions.Boxes.Reverse()] };
        using IBoundMethod bound = adapter.Bind(conditions);
        using IBoundMethod other = adapter.Bind(turned);
        Tensor latents = world.Latents(4, 1);
        MethodWorld.Close(world.Predict(latents, turned, other.ForStep(0)), world.Predict(latents, conditions, bound.ForStep(0)));
    }

    [Fact]
    public void Gradients_reach_the_gates_first_then_all_parameters_and_never_a_frozen_one()
    {
        using var scope = TensorScope.Enter();
        using var world = new GligenWorld();
        foreach (bool trained in (bool[])[false, true])
        {
            GligenAdapter adapter = world.Adapter(trained);
            foreach (Tensor parameter in adapter.Parameters.Values)
            {
                parameter.RequiresGrad = true;
            }
            LayoutConditions conditions = world.Scenes(3, Two, []);
            using IBoundMethod bound = adapter.Bind(conditions);
            Tensor latents = world.Latents(4, 2);
            (world.Predict(latents, conditions, bound.ForStep(0)) * world.Latents(5, 2)).Sum().Backward();
            string[] moved = [.. adapter.Parameters.Where(pair => pair.Value.Grad is { } gradient && gradient.Abs().Max().Item() > 0).Select(pair => pair.Key)];
            Assert.Equal(adapter.Parameters.Keys.Where(name => trained || name.Contains(".alpha_", StringComparison.Ordinal)).Order(StringComparer.Ordinal), moved.Order(StringComparer.Ordinal));
            Assert.All(world.Unet.Parameters.Values, frozen => Assert.Null(frozen.Grad));
            foreach (Tensor parameter in adapter.Parameters.Values)
            {
                parameter.Grad = null;
            }
        }
    }

    [Fact]
    public void After_the_grounded_steps_the_fusers_are_off()
    {
        using var scope = TensorScope.Enter();
        using var world = new GligenWorld();
        int grounded = GligenAdapter.GroundedSteps(51);
        using IBoundMethod bound = world.Adapter().Bind(world.Scenes(3, Two), new LayoutBinding { ControlSteps = grounded });
        Assert.Equal(15, grounded);
        Assert.Equal(15, Enumerable.Range(0, 51).Count(step => bound.ForStep(step) is not null));
        Assert.NotNull(bound.ForStep(14));
        Assert.Null(bound.Guidance);
        Assert.Null(bound.Composition);
    }

    [Theory]
    [InlineData(50, 0.3, 15)]
    [InlineData(8, 0.4, 3)]
    [InlineData(3, 0.3, 0)]
    [InlineData(20, 1, 20)]
    [InlineData(20, 0, 0)]
    public void Grounded_steps_are_a_share_rounded_down(int timesteps, double share, int expected) => Assert.Equal(expected, GligenAdapter.GroundedSteps(timesteps, share));

    [Fact]
    public void Thirty_boxes_fit_and_more_are_refused_with_the_limit()
    {
        using var scope = TensorScope.Enter();
        using var world = new GligenWorld();
        GligenAdapter adapter = world.Adapter();
        LayoutBox[] crowd = [.. Enumerable.Range(0, 31).Select(i => new LayoutBox(i / 40.0, 0.1, (i + 3) / 40.0, 0.9))];
        adapter.Bind(world.Scenes(3, crowd[..30])).Dispose();
        Assert.Contains("0 to 30 instances", Assert.Throws<ArgumentException>(() => adapter.Bind(world.Scenes(3, crowd))).Message, StringComparison.Ordinal);
        Assert.Contains("ControlSteps", Assert.Throws<ArgumentException>(() => adapter.Bind(world.Scenes(3, Two), new LayoutBinding { ControlSteps = -1 })).Message, StringComparison.Ordinal);
        using IBoundMethod bound = adapter.Bind(world.Scenes(3, Two));
        Assert.Contains("bound are 1 rows", Assert.Throws<ArgumentException>(() => bound.ForStep(0)!.Before(world.Unet.Sites[0], Tensor.Zeros([2, 64, 16]), 8, 8)).Message, StringComparison.Ordinal);
    }
}
