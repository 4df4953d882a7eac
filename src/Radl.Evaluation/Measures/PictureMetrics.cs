using Radl.Evaluation.Coco;
using Radl.Evaluation.Fid;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Toybox.Benchmarks;
using Radl.Torch;

namespace Radl.Evaluation.Measures;

/// <summary>Figures that are no means over scenes.</summary>
internal static class PictureMetrics
{
    private const int PrecisionResamples = 500;
    private const int DistanceResamples = 200;
    private const double Megabyte = 1 << 20;

    /// <summary>COCO's average precision of everything that the detector finds; the whole label must be right.</summary>
    public static Metric Precision { get; } = new([new("ap", "AP"), new("ap50", "AP50"), new("ap75", "AP75")], arm =>
    {
        ResampledPrecision precision = ToyPosition.Precision([.. arm.Scenes.Select(scene => scene.Reading)]);
        return times =>
        {
            AveragePrecision at = precision.At(times);
            return [100 * at.Ap, 100 * at.Ap50, 100 * at.Ap75];
        };
    })
    {
        Resamples = PrecisionResamples,
        IsCentred = true,
    };

    /// <summary>Time of one denoising step of a batch.</summary>
    public static Metric SecondsPerStep { get; } = new([new("seconds_per_step", "Step of a batch", "s", 3)], arm => _ => [IsDenoised(arm) ? arm.SecondsPerStep : double.NaN]) { HasInterval = false };

    /// <summary>Resident memory.</summary>
    public static Metric Memory { get; } = new([new("memory", "Resident memory", "MB", 0)], arm => _ => [IsDenoised(arm) ? arm.Memory / Megabyte : double.NaN]) { HasInterval = false };

    /// <summary>Fréchet distance of the small CLIP's features to those of drawn pictures of the same scenes, which are drawn again together.</summary>
    public static Metric Distance(ArmResults drawn) =>
        new([new("fid", "FID", "", 2)], arm => times => [FrechetDistance.Between(StatisticsOf(arm, times), StatisticsOf(drawn, times))])
        {
            Resamples = DistanceResamples,
            IsCentred = true,
        };

    private static bool IsDenoised(ArmResults arm) => arm.Arm.Source == PictureSource.Model;

    private static FeatureStatistics StatisticsOf(ArmResults arm, int[] times)
    {
        using var scope = TensorScope.Enter();
        float[] values = [.. arm.Scenes.SelectMany(scene => scene.Features!)];
        return FeatureStatistics.Of(Tensor.From<float>(values, arm.Scenes.Count, values.Length / arm.Scenes.Count), times);
    }
}
