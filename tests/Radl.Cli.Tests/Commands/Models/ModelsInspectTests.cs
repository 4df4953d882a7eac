using System.Text.Json;
using Radl.Cli.Terminal;
using Radl.Tests.Shared;
using Radl.Torch;

namespace Radl.Cli.Tests.Commands.Models;

public sealed class ModelsInspectTests(CliTest.Models models) : CliTest(models)
{
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
