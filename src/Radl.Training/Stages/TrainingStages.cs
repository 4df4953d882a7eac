using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages.Adapter;
using Radl.Training.Stages.Base;
using Radl.Training.Stages.Clip;
using Radl.Training.Stages.Vae;

namespace Radl.Training.Stages;

/// <summary>Makes the stage that a config names.</summary>
public static class TrainingStages
{
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
            _ => throw new NotSupportedException($"stage '{config.Stage}' is not known"),
        };
    }
}
