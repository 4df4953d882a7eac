using System.Text.RegularExpressions;
using Radl.Layout.Methods;
using Radl.Torch;
using Radl.Torch.Safetensors;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;
using Radl.Training.Stages.Conditions;

namespace Radl.Training.Tests.Loop;

/// <summary>R12: what was interrupted and resumed is bit for bit what was never interrupted.</summary>
public sealed partial class ResumeTests : TensorTest
{
    [Theory]
    [InlineData("vae")]
    [InlineData("base")]
    [InlineData("clip")]
    [InlineData("radl")]
    [InlineData("migc")]
    [InlineData("gligen")]
    public void Ten_steps_equal_five_and_a_resume_and_five(string stage)
    {
        if (stage != "vae")
        {
            TinyRuns.MakeModel(Folder);
        }
        TrainingConfig Config(string run) => stage switch
        {
            "base" => TinyRuns.Base(Folder, run),
            "clip" => TinyRuns.Clip(Folder, run),
            "vae" => TinyRuns.Vae(Folder, run),
            _ => TinyRuns.Adapter(Folder, run, stage),
        };
        Assert.True(TinyRuns.Train(Config("whole")));
        Assert.False(TinyRuns.Train(Config("parts"), stopAfter: 5));
        Assert.True(TinyRuns.Train(Config("parts"), resume: true));
        Assert.Equal(File.ReadAllBytes(Checkpoint.PathIn(Config("whole").Run)), File.ReadAllBytes(Checkpoint.PathIn(Config("parts").Run)));
    }

    [Fact]
    public void A_folder_that_is_trained_into_takes_no_second_run()
    {
        TrainingConfig config = TinyRuns.Vae(Folder);
        Directory.CreateDirectory(config.Run);
        using (new FileStream(Path.Combine(config.Run, "lock"), FileMode.Create, FileAccess.Write, FileShare.None))
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => TinyRuns.Train(config));
            Assert.Contains("another process is training", error.Message, StringComparison.Ordinal);
        }
        Assert.True(TinyRuns.Train(config with { Steps = 1 }));
    }

    [Theory]
    [InlineData(1, "radl")]
    [InlineData(4, "radl")]
    [InlineData(4, "migc")]
    [InlineData(4, "gligen")]
    public void Samples_come_at_any_guidance_with_and_without_an_adapter(double guidance, string method)
    {
        TinyRuns.MakeModel(Folder);
        Assert.True(TinyRuns.Train(TinyRuns.Adapter(Folder, method: method) with { Steps = 1 }));
        string folder = Path.Combine(Folder, "model");
        using var scope = TensorScope.Enter();
        using var model = new FrozenModel(folder, DType.Float32, Device.Cpu);
        using var conditions = new ToyConditions(model);
        using LayoutAdapter adapter = LayoutAdapter.Open(Path.Combine(folder, "adapters", method), DType.Float32);
        ToyScene[] scenes = [new ToyScenes().Sample(1, 0), new ToyScenes().Sample(1, 1)];
        foreach (LayoutAdapter? control in new[] { null, adapter })
        {
            Tensor images = ToySampler.Sample(model, scenes, conditions, control, 128, steps: 2, controlSteps: 1, guidance, seed: 3);
            Assert.Equal([2, 3, 128, 128], images.Shape);
            Assert.True(double.IsFinite(images.Sum().Item()));
        }
    }

    [Theory]
    [InlineData("radl", 1)]
    [InlineData("migc", 2)]
    public void Every_trainable_parameter_learns_and_the_base_stays_frozen_under_an_adapter(string method, ulong seed)
    {
        TinyRuns.MakeModel(Folder);
        string unet = Path.Combine(Folder, "model", "unet", "diffusion_pytorch_model.safetensors");
        byte[] before = File.ReadAllBytes(unet);
        // Seeds at which the channel gate's two hidden units are alive; the shipped adapters have sixteen.
        TrainingConfig config = TinyRuns.Adapter(Folder, method: method) with { Seed = seed };
        using (ITrainingStage stage = TrainingStages.Create(config))
        {
            foreach (Tensor parameter in stage.Parameters.Values)
            {
                parameter.RequiresGrad = true;
            }
            using var scope = TensorScope.Enter();
            // Past the first step: the zero-initialised output of the enhancement hides its inputs until then.
            stage.Loss(0, 0, 4).Loss.Backward();
            string[] silent = stage.Parameters.Where(pair => pair.Value.Grad is not { } g || g.To(DType.Float32).Abs().Max().Item() == 0).Select(pair => pair.Key).ToArray();
            string[] unexpected = [.. silent.Where(name => !AtFirstSilent().IsMatch(name))];
            Assert.True(unexpected.Length == 0, $"no gradient for {string.Join(", ", unexpected)}");
            foreach (Tensor parameter in stage.Parameters.Values)
            {
                parameter.Grad = null;
            }
        }
        Assert.True(TinyRuns.Train(config));
        Assert.Equal(before, File.ReadAllBytes(unet));
        Assert.True(File.Exists(Path.Combine(Folder, "model", "adapters", method, "adapter.safetensors")));
    }

    [Fact]
    public void A_run_that_has_a_checkpoint_is_not_begun_again_by_accident()
    {
        TrainingConfig config = TinyRuns.Vae(Folder) with { Steps = 1 };
        Assert.True(TinyRuns.Train(config));
        var error = Assert.Throws<InvalidOperationException>(() => TinyRuns.Train(config));
        Assert.Contains("--resume", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_nothing_names_the_missing_file()
    {
        var error = Assert.Throws<FileNotFoundException>(() => TinyRuns.Train(TinyRuns.Vae(Folder), resume: true));
        Assert.Contains("checkpoint.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_by_name()
    {
        TrainingConfig config = TinyRuns.Vae(Folder) with { Steps = 1 };
        Assert.True(TinyRuns.Train(config));
        SafetensorsTensors.Save(Checkpoint.PathIn(config.Run), [], metadata: new Dictionary<string, string> { ["step"] = "1" });
        var error = Assert.Throws<InvalidDataException>(() => TinyRuns.Train(config with { Steps = 2 }, resume: true));
        Assert.Contains("master.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vae")]
    [InlineData("base")]
    [InlineData("radl")]
    [InlineData("migc")]
    [InlineData("gligen")]
    public void A_continued_run_begins_with_the_weights_that_the_model_folder_has(string name)
    {
        TinyRuns.MakeModel(Folder);
        if (name is "radl" or "migc" or "gligen")
        {
            Assert.True(TinyRuns.Train(TinyRuns.Adapter(Folder, "adapter-run", name) with { Steps = 1 }));
        }
        TrainingConfig config = name switch { "base" => TinyRuns.Base(Folder), "vae" => TinyRuns.Vae(Folder), _ => TinyRuns.Adapter(Folder, method: name) };
        string file = Path.Combine(config.Model, name switch
        {
            "base" => "unet/diffusion_pytorch_model.safetensors",
            "vae" => "vae/diffusion_pytorch_model.safetensors",
            _ => $"adapters/{name}/adapter.safetensors",
        });
        using (ITrainingStage stage = TrainingStages.Create(config with { Continue = true }))
        {
            using var scope = TensorScope.Enter();
            using SafetensorsFile stored = SafetensorsFile.Open(file);
            string prefix = name == "base" ? "unet." : "";
            Assert.All(stored.Tensors.Keys, key => Assert.Equal(0, stored.Load(key).MaxDifference(stage.Parameters[prefix + key])));
        }
        // It also learns: the weights are copies, not the file's read-only mapping.
        Assert.True(TinyRuns.Train(config with { Continue = true, Steps = 2 }));
    }

    [Fact]
    public void A_frozen_encoder_keeps_its_bytes_while_the_decoder_learns()
    {
        TinyRuns.MakeModel(Folder);
        string file = Path.Combine(Folder, "model", "vae", "diffusion_pytorch_model.safetensors");
        string before = Path.Combine(Folder, "before.safetensors");
        File.Copy(file, before);
        string config = Path.Combine(Folder, "model", "vae", "config.json");
        string scale = File.ReadAllText(config);
        Assert.True(TinyRuns.Train(TinyRuns.Vae(Folder) with { Continue = true, FreezeEncoder = true, Seed = 9, Steps = 3 }));
        using var scope = TensorScope.Enter();
        using SafetensorsFile old = SafetensorsFile.Open(before);
        using SafetensorsFile now = SafetensorsFile.Open(file);
        Assert.Equal(old.Tensors.Keys.Order(StringComparer.Ordinal), now.Tensors.Keys.Order(StringComparer.Ordinal));
        string[] moved = old.Tensors.Keys.Where(key => old.Load(key).MaxDifference(now.Load(key)) > 0).ToArray();
        Assert.NotEmpty(moved);
        Assert.Equal(scale, File.ReadAllText(config));
        Assert.DoesNotContain(moved, key => key.StartsWith("encoder.", StringComparison.Ordinal) || key.StartsWith("quant_conv.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_metadata_of_a_checkpoint_holds_its_step()
    {
        TrainingConfig config = TinyRuns.Vae(Folder);
        Assert.False(TinyRuns.Train(config, stopAfter: 3));
        using SafetensorsFile file = SafetensorsFile.Open(Checkpoint.PathIn(config.Run));
        Assert.Equal("3", file.Metadata["step"]);
    }

    [GeneratedRegex(@"\.ae\.(query|to_k\.weight|to_v\.weight)$", RegexOptions.ExplicitCapture)]
    private static partial Regex AtFirstSilent();
}
