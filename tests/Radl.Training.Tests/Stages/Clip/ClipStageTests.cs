using Radl.Diffusion.Clip;
using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Training.Tests.Stages.Clip;

public sealed class ClipStageTests : TensorTest
{
    [Fact]
    public void Every_parameter_learns_from_crops_and_from_scenes()
    {
        TinyRuns.MakeModel(Folder);
        foreach (double crops in new[] { 0.0, 1.0 })
        {
            using ITrainingStage kind = TrainingStages.Create(TinyRuns.Clip(Folder) with { Data = new ToyDataConfig { Scenes = 8, CropShare = crops } });
            foreach (Tensor parameter in kind.Parameters.Values)
            {
                parameter.RequiresGrad = true;
            }
            using var scope = TensorScope.Enter();
            StepLoss result = kind.Loss(0, 0, 4);
            Assert.Contains(crops > 0 ? "accuracy_crops" : "accuracy_scenes", result.Figures.Keys);
            result.Loss.Backward();
            // A key's bias adds the same to all scores of a query, so the softmax takes it away.
            Assert.All(
                kind.Parameters.Where(pair => !pair.Key.EndsWith("k_proj.bias", StringComparison.Ordinal)),
                pair => Assert.True(pair.Value.Grad!.To(DType.Float32).Abs().Max().Item() > 0, pair.Key));
            foreach (Tensor parameter in kind.Parameters.Values)
            {
                parameter.Grad = null;
            }
        }
    }

    [Fact]
    public void The_result_lies_beside_the_model_and_uses_its_tokenizer()
    {
        TinyRuns.MakeModel(Folder);
        TrainingConfig config = TinyRuns.Clip(Folder) with { Steps = 2, SampleEvery = 2 };
        Assert.True(TinyRuns.Train(config));
        Assert.True(File.Exists(Path.Combine(config.Run, "samples-000002.png")));
        using var scope = TensorScope.Enter();
        using ClipEncoder clip = ClipEncoder.Open(Path.Combine(config.Model, "clip"), DType.Float32, Device.Cpu);
        Assert.Equal(16, clip.Preprocessing.CropSide);
        Assert.Equal([2, 8], clip.EmbedTexts(["a red solid car", "a fish"]).Shape);
        Assert.Equal([1, 8], clip.EmbedPictures(new byte[16 * 16 * 3], 1).Shape);
        Assert.True(TinyRuns.Train(config with { Run = config.Run + "-more", Continue = true, Steps = 1 }));
    }

    [Fact]
    public void Fewer_positions_than_tokens_are_refused()
    {
        TinyRuns.MakeModel(Folder);
        TrainingConfig config = TinyRuns.Clip(Folder);
        config.Clip!.TextConfig.MaxPositionEmbeddings = 10;
        var error = Assert.Throws<InvalidDataException>(() => TrainingStages.Create(config));
        Assert.Contains("max_position_embeddings", error.Message, StringComparison.Ordinal);
    }
}
