using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Training.Tests.Stages.Adapter;

public sealed class VerblessPromptTests : TensorTest
{
    [Fact]
    public void A_verbless_prompt_lists_what_is_there()
    {
        TinyRuns.MakeModel(Folder);
        // Scenes of one toy have no verb to leave out; in scenes of two most prompts have one.
        Assert.Equal(LossOf(share: 0, [1]), LossOf(share: 1, [1]));
        Assert.NotEqual(LossOf(share: 0, [0, 1]), LossOf(share: 1, [0, 1]));
    }

    private double LossOf(double share, double[] counts)
    {
        using ITrainingStage stage = TrainingStages.Create(Config(share, counts));
        using var scope = TensorScope.Enter();
        return stage.Loss(step: 0, firstSample: 0, count: 8).Loss.Item();
    }

    private TrainingConfig Config(double share, double[] counts) => TinyRuns.Adapter(Folder, method: "migc") with
    {
        ProbeWeight = 0,
        Dtype = "fp32",
        Data = new ToyDataConfig { Scenes = 16, CountWeights = counts, VerblessPrompts = share },
    };
}
