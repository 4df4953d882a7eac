using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Regions;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Energy;

/// <summary>A small real U-Net with prompts of random text states.</summary>
internal sealed class EnergyWorld : IDisposable
{
    public const int Tokens = 8;

    public EnergyWorld(int images, DType dtype = DType.Float32)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(5);
        Unet = new UNet2DCondition(Weights.From(new FreshWeights(3), dtype), TinyDiffusionModel.UNet);
        Texts = Tensor.Randn([images, Tokens, TinyDiffusionModel.UNet.CrossAttentionDim], generator).To(dtype).Keep();
        Latents = Tensor.Randn([images, 4, 8, 8], generator).Keep();
    }

    public UNet2DCondition Unet { get; }

    public Tensor Texts { get; }

    public Tensor Latents { get; }

    public static IReadOnlyList<GuidedRegion> Two { get; } = [new(new NormalizedBox(0, 0, 0.5, 0.5), 2), new(new NormalizedBox(0.5, 0.25, 1, 1), 4)];

    public static IReadOnlyList<GuidedRegion> One { get; } = [new(new NormalizedBox(0.25, 0.25, 0.75, 0.75), 3)];

    /// <summary>A call of a run of ten steps.</summary>
    public static SamplerCall Call(int index = 0, SchedulerKind kind = SchedulerKind.Ddim, CancellationToken cancellation = default) =>
        new((SchedulerConfig.StableDiffusion with { Kind = kind }).CreateScheduler(10), index, Cancellation: cancellation);

    /// <summary>One image of the world by itself.</summary>
    public (Tensor Text, Tensor Latents) Alone(int image) => (Texts.Narrow(0, image, 1), Latents.Narrow(0, image, 1));

    public void Dispose()
    {
        Unet.Dispose();
        Texts.Dispose();
        Latents.Dispose();
    }
}
