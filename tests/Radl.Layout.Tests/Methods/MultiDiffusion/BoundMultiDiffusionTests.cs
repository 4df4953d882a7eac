using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Methods.MultiDiffusion;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.MultiDiffusion;

public sealed class BoundMultiDiffusionTests : TensorTest
{
    private const double Scale = 5;
    private static readonly LayoutBox Left = new(0, 0, 0.5, 1);
    private static readonly LayoutBox Right = new(0.375, 0.25, 1, 1);

    [Theory]
    [InlineData("ddim", 1.0)]
    [InlineData("ddim", Scale)]
    [InlineData("euler", Scale)]
    public void One_prompt_with_a_full_mask_is_the_plain_solver(string solver, double scale)
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions conditions = Conditions(8, 8, [[]]);
        TextContext text = models.Unet.BindText(ClassifierFreeGuidance.ContextRows(conditions.Negative!, conditions.Prompts, scale));
        using var noise = new LatentNoise([3], 4, 8, 8);
        using var same = new LatentNoise([3], 4, 8, 8);
        using var bound = new BoundMultiDiffusion(models.Unet, models.Vae, conditions, new LayoutBinding { UnconditionalRows = 1, Guidance = scale });
        bound.Begin([3]);
        Tensor plain = new Sampler(Solver(solver), new ClassifierFreeGuidance(models.Unet, text, scale)).Sample(noise);
        Tensor regions = new Sampler(Solver(solver), bound.Composition!).Sample(same);
        Assert.Equal(plain.ToArray<float>(), regions.ToArray<float>());
    }

    [Fact]
    public void A_region_with_the_backgrounds_prompt_changes_nothing_once_bootstrapping_is_off()
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions plain = Conditions(8, 8, [[]]);
        LayoutConditions conditions = Conditions(8, 8, [Left, Right]) with { Labels = plain.Prompts.Expand(2, -1, -1) };
        Tensor regions = Run(models, conditions, [3], bootstrap: 0);
        Assert.InRange(regions.MaxDifference(Run(models, plain, [3], bootstrap: 0)), 0, 2e-5);
        Assert.True(regions.MaxDifference(Run(models, conditions, [3])) > 0.01);
    }

    [Fact]
    public void A_picture_depends_on_its_own_seed_and_not_on_its_neighbours()
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions both = Conditions(8, 8, [Left, Right], [Left]);
        LayoutConditions second = MethodWorld.Alone(both with { Verbs = both.Prompts }, scene: 1, first: 2, count: 1);
        Tensor batch = Run(models, both, [3, 4]);
        Assert.InRange(batch.Narrow(0, 1, 1).MaxDifference(Run(models, second, [4])), 0, 2e-5);
        Assert.InRange(batch.MaxDifference(Run(models, both, [3, 4])), 0, 0);
        Assert.InRange(batch.Narrow(0, 0, 1).MaxDifference(Run(models, both, [3, 5]).Narrow(0, 0, 1)), 0, 2e-5);
    }

    [Fact]
    public void Seeds_choose_the_colours_behind_the_regions()
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions conditions = Conditions(8, 8, [Left]);
        using BoundMultiDiffusion bound = Bound(models, conditions);
        using var generator = new Generator(9);
        Tensor noise = Tensor.Randn([1, 4, 8, 8], generator);
        Assert.Throws<InvalidOperationException>(() => new Sampler(Solver("ddim"), bound.Composition!).Sample(noise));
        Tensor Run(ulong seed)
        {
            bound.Begin([seed]);
            return new Sampler(Solver("ddim"), bound.Composition!).Sample(noise);
        }
        Tensor first = Run(3);
        Tensor other = Run(4);
        Tensor again = Run(3);
        Assert.Equal(first.ToArray<float>(), again.ToArray<float>());
        Assert.True(first.MaxDifference(other) > 1e-4);
    }

    [Fact]
    public void An_instance_may_have_a_negative_prompt_of_its_own()
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions conditions = Conditions(8, 8, [Left, Right]);
        Tensor common = Run(models, conditions, [3], bootstrap: 0);
        Tensor same = Run(models, conditions with { InstanceNegatives = conditions.Negative, NegativeOf = [-1, 0] }, [3], bootstrap: 0);
        Assert.InRange(common.MaxDifference(same), 0, 2e-5);
        Tensor own = Run(models, conditions with { InstanceNegatives = conditions.Labels.Narrow(0, 0, 1), NegativeOf = [-1, 0] }, [3], bootstrap: 0);
        Assert.True(common.MaxDifference(own) > 1e-4);
        Assert.Throws<ArgumentException>(() => Run(models, conditions with { InstanceNegatives = conditions.Negative, NegativeOf = [0, 1] }, [3]));
    }

    [Fact]
    public void A_picture_wider_than_the_window_is_stepped_in_windows()
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions wide = Conditions(8, 20, [Left]);
        using (BoundMultiDiffusion bound = Bound(models, wide))
        {
            Assert.Equal(3, bound.Windows);
        }
        Tensor panorama = Run(models, wide, [3]);
        Assert.Equal([1, 4, 8, 20], panorama.Shape);
        Assert.False(panorama.IsFinite().Not().Any().Item() != 0);
        Assert.True(panorama.MaxDifference(Run(models, wide, [3], options: new MultiDiffusionOptions { Panorama = false })) > 1e-3);
    }

    [Theory]
    [InlineData("pndm")]
    [InlineData("lms")]
    [InlineData("dpmsolver")]
    [InlineData("unipc")]
    public void A_solver_with_a_history_is_refused_and_those_that_work_are_named(string solver)
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions conditions = Conditions(8, 8, [Left]);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => Run(models, conditions, [3], solver: solver));
        Assert.Contains("ddim or euler", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_and_seeds_that_break_a_rule_are_named()
    {
        using var scope = TensorScope.Enter();
        using var models = new Models();
        LayoutConditions conditions = Conditions(8, 8, [Left]);
        ArgumentException stride = Assert.Throws<ArgumentException>(() => Bound(models, conditions, options: new MultiDiffusionOptions { Stride = 0 }));
        ArgumentException colours = Assert.Throws<ArgumentException>(() => Bound(models, conditions, options: new MultiDiffusionOptions { Colours = 0 }));
        Assert.Contains("Stride", stride.Message, StringComparison.Ordinal);
        Assert.Contains("Colours", colours.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Run(models, conditions, [3, 4]));
        Assert.Equal([20, 24, 2, 1], ((int[])[50, 60, 5, 1]).Select(LayoutMethods.Of(LayoutMethods.MultiDiffusion).ControlSteps));
    }

    private static IScheduler Solver(string name) => SolverNames.Apply(SchedulerConfig.StableDiffusion, name).CreateScheduler(5);

    private static Tensor Run(Models models, LayoutConditions conditions, ulong[] seeds, int bootstrap = 2, MultiDiffusionOptions? options = null, string solver = "ddim")
    {
        using BoundMultiDiffusion bound = Bound(models, conditions, bootstrap, options);
        bound.Begin(seeds);
        using var noise = new LatentNoise(seeds, 4, (int)conditions.Masks.Size(1), (int)conditions.Masks.Size(2));
        return new Sampler(Solver(solver), bound.Composition!).Sample(noise);
    }

    private static BoundMultiDiffusion Bound(Models models, LayoutConditions conditions, int bootstrap = 2, MultiDiffusionOptions? options = null) => new(
        models.Unet, models.Vae, conditions, new LayoutBinding { UnconditionalRows = conditions.Counts.Count, Guidance = Scale, ControlSteps = bootstrap }, options);

    private static LayoutConditions Conditions(int height, int width, params LayoutBox[][] scenes)
    {
        using var generator = new Generator(5);
        LayoutBox[] boxes = [.. scenes.SelectMany(scene => scene)];
        float[] masks = [.. boxes.SelectMany(box => Enumerable.Range(0, height * width).Select(p =>
            p % width >= (int)(width * box.X1) && p % width < (int)(width * box.X2) && p / width >= (int)(height * box.Y1) && p / width < (int)(height * box.Y2) ? 1f : 0f))];
        long text = TinyDiffusionModel.UNet.CrossAttentionDim;
        return new LayoutConditions
        {
            Counts = [.. scenes.Select(scene => scene.Length)],
            Prompts = Tensor.Randn([scenes.Length, 7, text], generator),
            Negative = Tensor.Randn([1, 7, text], generator),
            Labels = Tensor.Randn([boxes.Length, 7, text], generator),
            Pooled = Tensor.Zeros([boxes.Length, text]),
            Boxes = boxes,
            Masks = Tensor.From<float>(masks, boxes.Length, height, width),
            Background = Tensor.Zeros([scenes.Length, height, width]),
        };
    }

    private sealed class Models : IDisposable
    {
        public UNet2DCondition Unet { get; } = new(Weights.From(new FreshWeights(1)), TinyDiffusionModel.UNet);

        public AutoencoderKl Vae { get; } = new(Weights.From(new FreshWeights(2)), TinyDiffusionModel.Vae);

        public void Dispose()
        {
            Unet.Dispose();
            Vae.Dispose();
        }
    }
}
