using System.Text.Json;
using Radl.Cli.Terminal;
using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Tests.Shared;
using Radl.Torch;

namespace Radl.Cli.Tests.Commands.Models;

public sealed class ModelsInspectTests(CliTest.Models models) : CliTest(models)
{
    private static readonly ClipConfig Towers = new()
    {
        ProjectionDim = 8,
        TextConfig = new ClipTextConfig { VocabSize = 64, HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 8 },
        VisionConfig = new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, ImageSize = 16, PatchSize = 4 },
    };

    [Fact]
    public void A_checkpoint_is_described_in_words_and_in_JSON()
    {
        using var scope = TensorScope.Enter();
        using var tiny = new TinyStableDiffusion(Scratch.Path);
        Dictionary<string, Tensor> tensors = tiny.Original();
        tensors.Remove("model.diffusion_model.out.2.bias");
        TorchArchive.Save(Scratch.In("model.ckpt"), tensors, isCheckpoint: true);
        (int code, string output, _) = Run("models", "inspect", Scratch.In("model.ckpt"));
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("Stable Diffusion 1.x in one file, original layout", output, StringComparison.Ordinal);
        Assert.Matches(@"unet\s+685 tensors", output);
        Assert.Matches(@"missing\s+1: conv_out.bias", output);
        Assert.Matches(@"vae\s+248 tensors, .*: complete", output);
        Assert.Matches(@"ignored\s+2 \(averaged copy of the U-Net\)", output);

        using JsonDocument json = JsonDocument.Parse(Run("models", "inspect", "--json", Scratch.In("model.ckpt")).Output);
        Assert.Equal("single_file", json.RootElement.GetProperty("kind").GetString());
        JsonElement unet = json.RootElement.GetProperty("components")[0];
        Assert.Equal("conv_out.bias", Assert.Single(unet.GetProperty("missing").EnumerateArray()).GetString());
        Assert.False(unet.GetProperty("is_complete").GetBoolean());
    }

    [Fact]
    public void A_model_folder_is_one_JSON_object_a_line_for_each_file()
    {
        (int code, string output, _) = Run("models", "inspect", Path.Combine(ModelsRoot, "tiny"), "--json");
        Assert.Equal(ExitCodes.Done, code);
        string[] kinds = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()!)];
        Assert.Equal(["component", "component", "component", "radl"], kinds);
    }

    [Fact]
    public void A_CLIP_is_told_from_a_text_encoder_with_and_without_its_config_and_listed_with_its_model()
    {
        string model = Scratch.In("model");
        TinyDiffusionModel.Write(model);
        string folder = Path.Combine(model, "clip");
        using (var clip = new ClipModel(Weights.From(new FreshWeights(1), DType.Float32, Device.Cpu), Towers))
        {
            ClipModel.Save(folder, Towers, clip.Parameters, DType.Float32);
        }
        Assert.Equal(["text_encoder", "unet", "vae", "clip"], Components(model).Select(one => one.Name));
        const string Sizes = "pictures of 16x16 in 1 layers of width 16, texts in 1 of width 16, 64 tokens";
        Assert.Equal([("clip", Sizes, true)], Components(folder));
        File.Delete(Path.Combine(folder, "config.json"));
        Assert.Equal([("clip", Sizes, true)], Components(folder));

        (string Name, string Sizes, bool IsComplete)[] Components(string path)
        {
            (int code, string output, string error) = Run("models", "inspect", path, "--json");
            Assert.True(code == ExitCodes.Done, error);
            return
            [
                .. from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                   from component in JsonDocument.Parse(line).RootElement.GetProperty("components").EnumerateArray()
                   select (component.GetProperty("component").GetString()!, component.GetProperty("sizes").GetString()!, component.GetProperty("is_complete").GetBoolean()),
            ];
        }
    }

    [Fact]
    public void A_file_that_would_execute_something_is_bad_input_and_is_not_executed()
    {
        string witness = Scratch.In("witness");
        File.WriteAllBytes(Scratch.In("evil.ckpt"), TorchArchive.Zip(TorchArchive.Opcodes(0x80, 2, "cposix\nsystem\n", TorchArchive.Text($"touch '{witness}'"), 0x85, "R."), []));
        (int code, _, string error) = Run("models", "inspect", Scratch.In("evil.ckpt"));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("posix.system", error, StringComparison.Ordinal);
        Assert.Contains("evil.ckpt", error, StringComparison.Ordinal);
        Assert.False(File.Exists(witness));
        Assert.Equal(ExitCodes.BadInput, Run("models", "inspect", Scratch.In("nowhere.ckpt")).Code);
    }
}
