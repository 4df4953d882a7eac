using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Sampling;

public sealed class SamplerTests : TensorTest
{
    [Fact]
    public void An_image_of_a_batch_is_the_image_of_its_seed_alone()
    {
        using var scope = TensorScope.Enter();
        foreach (double eta in (double[])[0, 1])
        {
            IScheduler scheduler = (SchedulerConfig.StableDiffusion.WithScheduler("ddim") with { Eta = eta }).CreateScheduler(5);
            using var both = new LatentNoise([7, 8], 4, 3, 5);
            using var second = new LatentNoise([8], 4, 3, 5);
            Tensor batch = new Sampler(scheduler, Shrinking(7.5)).Sample(both);
            Tensor alone = new Sampler(scheduler, Shrinking(7.5)).Sample(second);
            Assert.Equal([2, 4, 3, 5], batch.Shape);
            Assert.Equal(alone.ToArray<float>(), batch.Narrow(0, 1, 1).ToArray<float>());
            Assert.NotEqual(alone.ToArray<float>(), batch.Narrow(0, 0, 1).ToArray<float>());
        }
    }

    [Fact]
    public void Euler_with_the_exact_noise_of_a_point_mass_arrives_at_the_point()
    {
        using var scope = TensorScope.Enter();
        IScheduler scheduler = SchedulerConfig.StableDiffusion.WithScheduler("euler").CreateScheduler(20);
        using var noise = new LatentNoise([1], 1, 2, 2);
        Tensor point = Tensor.From<float>([1, -2, 3, 0.5f], 1, 1, 2, 2);
        int call = 0;
        var exact = new ClassifierFreeGuidance(
            (latents, _, _) =>
            {
                NoiseLevel level = NoiseLevel.FromRatio(scheduler.Sigma(call++));
                return (latents - (point * level.Alpha)) / level.Sigma;
            },
            scale: 1);
        Assert.True(point.MaxDifference(new Sampler(scheduler, exact).Sample(noise)) < 1e-4);
    }

    [Fact]
    public void Guidance_extrapolates_from_the_unconditional_rows_which_come_first()
    {
        using var scope = TensorScope.Enter();
        var call = new SamplerCall(SchedulerConfig.StableDiffusion.WithScheduler("ddim").CreateScheduler(5), 0);
        Tensor latents = Tensor.Zeros([2, 1, 1, 1]);
        Tensor Rows(Tensor input, Tensor timestep, IAttentionControl? control) => Tensor.From<float>([1, 2, 11, 22], input.Size(0), 1, 1, 1);
        Assert.Equal([31f, 62f], new ClassifierFreeGuidance(Rows, 3).Predict(call, latents).ToArray<float>());
    }

    [Fact]
    public void A_guidance_scale_of_one_computes_the_conditional_rows_alone()
    {
        using var scope = TensorScope.Enter();
        var call = new SamplerCall(SchedulerConfig.StableDiffusion.WithScheduler("ddim").CreateScheduler(5), 0);
        var seen = new List<long>();
        Tensor Model(Tensor input, Tensor timestep, IAttentionControl? control)
        {
            seen.Add(input.Size(0));
            return input * 2;
        }
        Tensor latents = Tensor.Ones([2, 1, 1, 1]);
        new ClassifierFreeGuidance(Model, 1).Predict(call, latents);
        new ClassifierFreeGuidance(Model, 2).Predict(call, latents);
        Assert.Equal([2, 4], seen);
        Tensor text = Tensor.Ones([2, 3, 4]);
        Assert.Equal([2, 3, 4], ClassifierFreeGuidance.ContextRows(Tensor.Zeros([1, 3, 4]), text, 1).Shape);
        Assert.Equal(0f, ClassifierFreeGuidance.ContextRows(Tensor.Zeros([1, 3, 4]), text, 7.5).ToArray<float>()[23]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassifierFreeGuidance(Model, -1));
    }

    [Fact]
    public void Progress_is_told_after_every_call()
    {
        using var scope = TensorScope.Enter();
        IScheduler scheduler = SchedulerConfig.StableDiffusion.CreateScheduler(4);
        using var noise = new LatentNoise([1], 4, 2, 2);
        var heard = new Recorded();
        new Sampler(scheduler, Shrinking(1)).Sample(noise, heard);
        Assert.Equal(Enumerable.Range(1, 5).Select(step => new SamplingProgress(step, 5)), heard.Reports);
    }

    [Fact]
    public void Cancelling_ends_before_the_next_call_and_frees_everything()
    {
        IScheduler scheduler = SchedulerConfig.StableDiffusion.WithScheduler("unipc").CreateScheduler(10);
        using var noise = new LatentNoise([1], 4, 2, 2);
        using var source = new CancellationTokenSource();
        int calls = 0;
        var model = new ClassifierFreeGuidance(
            (latents, _, _) =>
            {
                if (++calls == 3)
                {
                    source.Cancel();
                }
                return latents * 0.1;
            },
            7.5);
        Assert.Throws<OperationCanceledException>(() => new Sampler(scheduler, model).Sample(noise, cancellation: source.Token));
        Assert.Equal(3, calls);
    }

    [Theory]
    [InlineData("attn1")]
    [InlineData("attn2")]
    public void Cancelling_ends_a_call_around_its_next_text_attention(string part)
    {
        using var scope = TensorScope.Enter();
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(1)), TinyDiffusionModel.UNet);
        using TextContext text = unet.BindText(Tensor.Zeros([1, 4, TinyDiffusionModel.UNet.CrossAttentionDim]));
        using var noise = new LatentNoise([1], (int)TinyDiffusionModel.UNet.InChannels, 8, 8);
        using var source = new CancellationTokenSource();
        string last = "";
        void Watch(string name, Tensor output)
        {
            last = name;
            if (name.EndsWith(part, StringComparison.Ordinal))
            {
                source.Cancel();
            }
        }
        var model = new ClassifierFreeGuidance((latents, timestep, control) => unet.Forward(latents, timestep, text, control, Watch), 1);
        var sampler = new Sampler(SchedulerConfig.StableDiffusion.CreateScheduler(4), model);
        Assert.Throws<OperationCanceledException>(() => sampler.Sample(noise, cancellation: source.Token));
        Assert.Equal(unet.Sites[0].Name[..^"attn2".Length] + part, last);
    }

    [Fact]
    public void Cancelling_ends_a_call_within_a_long_attention_and_later_ones_go_on()
    {
        IScheduler scheduler = SchedulerConfig.StableDiffusion.CreateScheduler(4);
        using var noise = new LatentNoise([1], 4, 2, 2);
        using var source = new CancellationTokenSource();
        using var scope = TensorScope.Enter();
        Tensor tokens = Tensor.Ones([1, 4, 2000, 2]);
        bool passed = false;
        var model = new ClassifierFreeGuidance(
            (latents, _, _) =>
            {
                source.Cancel();
                ScaledDotProduct.AttendManyPrescaled(tokens, tokens, tokens);
                passed = true;
                return latents;
            },
            7.5);
        Assert.Throws<OperationCanceledException>(() => new Sampler(scheduler, model).Sample(noise, cancellation: source.Token));
        // A fused kernel is one op, which nothing can stop.
        Assert.Equal(Op.TryFind("aten::scaled_dot_product_attention") is not null, passed);
        Assert.InRange(ScaledDotProduct.AttendManyPrescaled(tokens, tokens, tokens).Max().Item(), 0.9999, 1.0001);
    }

    [Fact]
    public void The_control_of_a_call_reaches_the_model_and_guidance_moves_the_latents_before_it()
    {
        using var scope = TensorScope.Enter();
        IScheduler scheduler = SchedulerConfig.StableDiffusion.WithScheduler("ddim").CreateScheduler(4);
        var control = new Untouched();
        var seen = new List<(bool Controlled, double Mean)>();
        var model = new ClassifierFreeGuidance(
            (latents, _, given) =>
            {
                seen.Add((ReferenceEquals(given, control), latents.Mean().Item()));
                return latents.ZerosLike();
            },
            1);
        var observed = new List<int>();
        var sampler = new Sampler(scheduler, model)
        {
            Control = index => index < 2 ? control : null,
            Guidance = new AddOne(),
            Observer = (step, latents) => observed.Add(step),
        };
        sampler.Sample(Tensor.Zeros([1, 4, 2, 2]));
        Assert.Equal([true, true, false, false], seen.Select(entry => entry.Controlled));
        Assert.Equal(1, seen[0].Mean);
        Assert.Equal([1, 2, 3, 4], observed);
    }

    [Fact]
    public void A_stochastic_solver_without_seeds_is_an_error()
    {
        using var scope = TensorScope.Enter();
        IScheduler scheduler = (SchedulerConfig.StableDiffusion.WithScheduler("ddim") with { Eta = 1 }).CreateScheduler(4);
        Tensor noise = Tensor.Zeros([1, 4, 2, 2]);
        Assert.Throws<ArgumentException>(() => new Sampler(scheduler, Shrinking(1)).Sample(noise));
    }

    [Fact]
    public void Pictures_are_clamped_and_rounded_half_to_even()
    {
        using var scope = TensorScope.Enter();
        Tensor picture = LatentPictures.ToPictures(Tensor.From<float>([-3, 0, 3], 1, 3, 1, 1));
        Assert.Equal([0f, 0.5f, 1f], picture.ToArray<float>());
        Assert.Equal<byte>([0, 128, 255], LatentPictures.ToBytes(picture).ToArray<byte>());
    }

    private static ClassifierFreeGuidance Shrinking(double scale) => new((latents, _, _) => latents * 0.1, scale);

    private sealed class AddOne : ILatentGuidance
    {
        public Tensor Move(SamplerCall call, Tensor latents) => latents + 1;
    }

    private sealed class Untouched : IAttentionControl
    {
        public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width) => null;
    }

    private sealed class Recorded : IProgress<SamplingProgress>
    {
        public List<SamplingProgress> Reports { get; } = [];

        public void Report(SamplingProgress value) => Reports.Add(value);
    }
}
