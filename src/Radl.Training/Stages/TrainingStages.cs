using Radl.Diffusion.Models;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages.Adapter;
using Radl.Training.Stages.Base;
using Radl.Training.Stages.Clip;
using Radl.Training.Stages.Vae;

namespace Radl.Training.Stages;

/// <summary>The stage that a config names.</summary>
public static class TrainingStages
{
    /// <summary>The files of weights that a run writes into its model folder when it ends.</summary>
    public static IReadOnlyList<string> WeightsOf(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Stage switch
        {
            "vae" => [ModelFiles.VaeWeights(config.Model)],
            "base" => [ModelFiles.UnetWeights(config.Model), ModelFiles.TextWeights(config.Model)],
            "adapter" => [Path.Combine(TrainedAdapter.FolderOf(config), "adapter.safetensors")],
            "clip" => [Path.Combine(config.Model, ModelFolder.Clip, "model.safetensors")],
            _ => throw Unknown(config),
        };
    }

    /// <summary>The caller owns the stage.</summary>
    public static ITrainingStage Create(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Stage switch
        {
            "vae" => new VaeStage(config),
            "base" => new BaseStage(config),
            "adapter" => new AdapterStage(config),
            "clip" => new ClipStage(config),
            _ => throw Unknown(config),
        };
    }

    private static NotSupportedException Unknown(TrainingConfig config) => new($"stage '{config.Stage}' is not known");
}
