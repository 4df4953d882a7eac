using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Training.Tests.Stages;

public sealed class GradientCheckpointingTests : TensorTest
{
    [Theory]
    [InlineData("base")]
    [InlineData("adapter")]
    public void Checkpointed_training_sees_the_same_loss_and_the_same_gradients(string stage)
    {
        TinyRuns.MakeModel(Folder);
        TrainingConfig config = (stage == "base" ? TinyRuns.Base(Folder) : TinyRuns.Adapter(Folder)) with { Dtype = "fp32" };
        Dictionary<string, double[]> plain = Gradients(config);
        Dictionary<string, double[]> checkpointed = Gradients(config with { GradientCheckpointing = true });
        Assert.Equal(plain["loss"], checkpointed["loss"]);
        Assert.Equal(plain.Keys, checkpointed.Keys);
        foreach ((string name, double[] expected) in plain)
        {
            // The order in which contributions to one tensor are summed is another.
            double tolerance = 1e-5 * Math.Max(1e-3, expected.DefaultIfEmpty().Max(Math.Abs));
            Assert.All(expected.Zip(checkpointed[name]), pair => Assert.InRange(pair.Second - pair.First, -tolerance, tolerance));
        }
    }

    private static Dictionary<string, double[]> Gradients(TrainingConfig config)
    {
        using var scope = TensorScope.Enter();
        using ITrainingStage stage = TrainingStages.Create(config);
        foreach (Tensor parameter in stage.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        StepLoss loss = stage.Loss(0, 0, 2);
        loss.Loss.Backward();
        var values = new Dictionary<string, double[]>(StringComparer.Ordinal) { ["loss"] = [loss.Loss.Detach().Item()] };
        foreach ((string name, Tensor parameter) in stage.Parameters)
        {
            values.Add(name, parameter.Grad?.ToArray<double>() ?? []);
        }
        return values;
    }
}
