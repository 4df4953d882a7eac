using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Benchmarking.Tests;

public sealed class AccuracyCheckTests : TensorTest
{
    [Fact]
    public void A_prediction_in_bf16_stays_within_two_percent_of_fp32()
    {
        // As deep as the full size: four levels, text attention in three of them.
        var config = new UNetConfig { SampleSize = 16, BlockOutChannels = [32, 32, 64, 64], AttentionHeadDim = 4, CrossAttentionDim = 32, NormNumGroups = 8 };
        AccuracyCheck check = AccuracyCheck.Measure(config, DType.BFloat16, Device.Cpu, textTokens: 20);
        Assert.InRange(check.Relative, 1e-4, AccuracyCheck.Wanted);
    }

    [Fact]
    public void Fp32_differs_from_itself_by_nothing() =>
        Assert.Equal(0, AccuracyCheck.Measure(TinyDiffusionModel.UNet, DType.Float32, Device.Cpu, textTokens: 5).Relative);
}
