using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Training.Tests;

/// <summary>Real stages, small enough for seconds.</summary>
internal static class TinyRuns
{
    public static TrainingConfig Vae(string folder, string run = "run", string model = "model") => new()
    {
        Stage = "vae",
        Model = Path.Combine(folder, model),
        Run = Path.Combine(folder, run),
        Steps = 10,
        Batch = 2,
        Workers = 2,
        WarmupSteps = 2,
        LogEvery = 1,
        SampleEvery = 1000,
        CheckpointEvery = 1000,
        Vae = new VaeConfig { BlockOutChannels = [8, 8, 8, 8], LatentChannels = 4, LayersPerBlock = 1, NormNumGroups = 4, SampleSize = 128 },
    };

    public static TrainingConfig Base(string folder, string run = "run") => Vae(folder, run) with
    {
        Stage = "base",
        ProbeWeight = 0.1,
        Unet = new UNetConfig
        {
            InChannels = 4,
            OutChannels = 4,
            SampleSize = 16,
            BlockOutChannels = [16, 16],
            DownBlockTypes = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            UpBlockTypes = ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
            LayersPerBlock = 1,
            AttentionHeadDim = 2,
            CrossAttentionDim = 16,
            NormNumGroups = 4,
        },
        TextEncoder = new ClipTextConfig { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 40 },
        Data = new ToyDataConfig { Scenes = 16, Crops = 16, CropShare = 0.3, Pairs = 16, PairShare = 0.4, TimestepPower = 0.7 },
    };

    public static TrainingConfig Adapter(string folder, string run = "run", string method = "radl") => Vae(folder, run) with
    {
        Stage = "adapter",
        Method = method,
        ProbeWeight = 0.1,
        Data = new ToyDataConfig { Scenes = 16 },
    };

    public static TrainingConfig Clip(string folder, string run = "run") => Vae(folder, run) with
    {
        Stage = "clip",
        Batch = 4,
        Data = new ToyDataConfig { Scenes = 8, CropShare = 0.5 },
        Clip = new ClipConfig
        {
            ProjectionDim = 8,
            TextConfig = new ClipTextConfig { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 40 },
            VisionConfig = new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, ImageSize = 16, PatchSize = 4 },
        },
    };

    /// <summary>Trains to the end, or until a number of steps of this call.</summary>
    public static bool Train(TrainingConfig config, bool resume = false, long stopAfter = long.MaxValue)
    {
        using var stop = new CancellationTokenSource();
        using ITrainingStage stage = TrainingStages.Create(config);
        var counter = new StepCounter(stopAfter, stop);
        return new TrainingLoop(config, stage, TimeProvider.System).Run(resume, counter, stop.Token);
    }

    /// <summary>A folder with a codec and a base that learned for a few steps.</summary>
    public static void MakeModel(string folder)
    {
        Assert.True(Train(Vae(folder, "vae-run") with { Steps = 1 }));
        Assert.True(Train(Base(folder, "base-run") with { Steps = 2 }));
    }

    // IProgress by hand: Progress<T> reports on another thread, too late to stop at a step.
    private sealed class StepCounter(long stopAfter, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.StepsHere >= stopAfter)
            {
                stop.Cancel();
            }
        }
    }
}
