using Radl.Diffusion.Models;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>How far one prediction of the U-Net in a fast type lies from the one in fp32.</summary>
/// <param name="DType">The fast type.</param>
/// <param name="Relative">Length of the difference over the length of the prediction in fp32.</param>
/// <param name="OfLargest">Largest difference over the largest value in fp32.</param>
public sealed record AccuracyCheck(DType DType, double Relative, double OfLargest)
{
    /// <summary>What <see cref="Relative"/> stays under.</summary>
    public const double Wanted = 0.02;

    private const long Timestep = 481;
    private const ulong Seed = 1;

    /// <summary>Predicts with the same random weights in fp32 and in another type, one model after the other.</summary>
    /// <param name="config">The U-Net.</param>
    /// <param name="dtype">The type to check.</param>
    /// <param name="device">Where both compute.</param>
    /// <param name="textTokens">Tokens of the text.</param>
    /// <param name="progress">Told after each model.</param>
    /// <param name="cancellation">Checked before each model.</param>
    public static AccuracyCheck Measure(
        UNetConfig config, DType dtype, Device device, int textTokens = 77, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        cancellation.ThrowIfCancellationRequested();
        Tensor exact = Predict(config, DType.Float32, device, textTokens);
        progress?.Report(new SamplingProgress(1, 2));
        cancellation.ThrowIfCancellationRequested();
        Tensor fast = Predict(config, dtype, device, textTokens);
        progress?.Report(new SamplingProgress(2, 2));
        return new AccuracyCheck(dtype, (fast - exact).Norm().Item() / exact.Norm().Item(), fast.MaxDifference(exact) / exact.Abs().Max().Item());
    }

    private static Tensor Predict(UNetConfig config, DType dtype, Device device, int textTokens)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(Seed + 1);
        Tensor latents = Tensor.Randn([1, config.InChannels, config.SampleSize, config.SampleSize], generator).To(device);
        Tensor text = Tensor.Randn([1, textTokens, config.CrossAttentionDim], generator).To(device, dtype);
        var precision = ModulePrecision.For(dtype);
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(Seed), precision.Unet, device, precision.UnetFormat), config);
        return scope.Return(unet.Forward(latents, Tensor.From(Timestep).To(device), unet.BindText(text)).To(Device.Cpu));
    }
}
