using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Training.Tests.Stages.Adapter;

public sealed class GligenStageTests : TensorTest
{
    private const string FirstLayer = "position_net.linears.0.weight";

    [Fact]
    public void A_fresh_GLIGEN_learns_by_its_gates_alone_then_all_of_it_does_and_the_base_stays()
    {
        TinyRuns.MakeModel(Folder);
        string unet = Path.Combine(Folder, "model", "unet", "diffusion_pytorch_model.safetensors");
        byte[] before = File.ReadAllBytes(unet);
        TrainingConfig config = TinyRuns.Adapter(Folder, method: "gligen") with { ProbeWeight = 0, EmptyLayouts = 0 };
        using (ITrainingStage stage = TrainingStages.Create(config))
        {
            string[] gates = [.. stage.Parameters.Keys.Where(IsGate)];
            Assert.NotEmpty(gates);
            Assert.Equal(gates, Moved(stage));
            Open(stage);
            // What begins at zero behind zero inputs is silent no more, so every parameter moves.
            Assert.Equal(stage.Parameters.Keys, Moved(stage));
        }
        Assert.True(TinyRuns.Train(config with { Steps = 3 }));
        Assert.Equal(before, File.ReadAllBytes(unet));
        Assert.True(File.Exists(Path.Combine(Folder, "model", "adapters", "gligen", "adapter.safetensors")));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_empty_layout_hides_labels_and_boxes_and_has_the_null_features_alone(double share, bool isHidden)
    {
        TinyRuns.MakeModel(Folder);
        using ITrainingStage stage = TrainingStages.Create(TinyRuns.Adapter(Folder, method: "gligen") with { EmptyLayouts = share });
        Open(stage);
        string[] moved = Moved(stage);
        // Fresh null features are zero, so the first layer's weights learn from labels and boxes only.
        Assert.Equal(isHidden, !moved.Contains(FirstLayer));
        Assert.Contains("position_net.null_positive_feature", moved);
    }

    private static bool IsGate(string name) => name.Contains(".alpha_", StringComparison.Ordinal);

    private static void Open(ITrainingStage stage)
    {
        using var guard = Autograd.NoGrad();
        foreach ((string _, Tensor gate) in stage.Parameters.Where(pair => IsGate(pair.Key)))
        {
            gate.FillInPlace(0.5);
        }
    }

    private static string[] Moved(ITrainingStage stage)
    {
        foreach (Tensor parameter in stage.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        using var scope = TensorScope.Enter();
        stage.Loss(0, 0, 4).Loss.Backward();
        string[] moved = [.. stage.Parameters.Where(pair => pair.Value.Grad is { } gradient && gradient.To(DType.Float32).Abs().Max().Item() > 0).Select(pair => pair.Key)];
        foreach (Tensor parameter in stage.Parameters.Values)
        {
            parameter.Grad = null;
            parameter.RequiresGrad = false;
        }
        return moved;
    }
}
