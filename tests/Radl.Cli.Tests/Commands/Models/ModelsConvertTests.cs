using Radl.Cli.Terminal;
using Radl.Tests.Shared;
using Radl.Torch;

namespace Radl.Cli.Tests.Commands.Models;

public sealed class ModelsConvertTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void A_checkpoint_becomes_a_folder_that_generates()
    {
        using var scope = TensorScope.Enter();
        using var tiny = new TinyStableDiffusion(Scratch.Path);
        Dictionary<string, Tensor> tensors = tiny.Original();
        tensors.Add("something.else", Tensor.Zeros([2]));
        SafetensorsTensors.Save(Scratch.In("fine.safetensors"), tensors);
        string folder = Scratch.In("models", "fine");
        (int code, string output, string error) = Run("models", "convert", Scratch.In("fine.safetensors"), "--out", folder, "--tokenizer", tiny.Tokenizer);
        Assert.Equal((ExitCodes.Done, folder), (code, output.Trim()));
        Assert.Contains("something.else", error, StringComparison.Ordinal);

        string scene = Write("scene.json", """{"prompt": "a red fish", "instances": [], "width": 64, "height": 64, "seed": 1}""");
        (int drawn, _, string complaint) = Run("generate", scene, "--model", folder, "--method", "sd", "--steps", "1", "--dtype", "fp32", "--out", Scratch.In("a.png"));
        Assert.True(drawn == ExitCodes.Done, complaint);
        Assert.True(File.Exists(Scratch.In("a.png")));
    }

    [Fact]
    public void Without_a_tokenizer_the_error_says_what_is_needed_and_nothing_is_written()
    {
        using var scope = TensorScope.Enter();
        using var tiny = new TinyStableDiffusion(Scratch.Path);
        SafetensorsTensors.Save(Scratch.In("fine.safetensors"), tiny.Original());
        (int code, _, string error) = Run("models", "convert", Scratch.In("fine.safetensors"), "--out", Scratch.In("out"));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("--tokenizer", error, StringComparison.Ordinal);
        Assert.Contains("vocab.json", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Scratch.In("out")));
        Assert.Equal(ExitCodes.BadInput, Run("models", "convert", Scratch.In("fine.safetensors"), "--out", Scratch.In("out"), "--tokenizer", tiny.Tokenizer, "--dtype", "int4").Code);
    }

    [Fact]
    public void An_adapters_file_becomes_an_adapter_folder_and_other_files_are_refused_by_what_they_are()
    {
        string stored = Path.Combine(ModelsRoot, "tiny", "adapters", "radl", "adapter.safetensors");
        (int code, _, string error) = Run("models", "convert", Path.Combine(ModelsRoot, "tiny", "vae", "diffusion_pytorch_model.safetensors"), "--out", Scratch.In("out"));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("radl models inspect", error, StringComparison.Ordinal);
        // Ours has attribute enhancement, which the released module lacks: the file is known for RaDL's, and what does not fit is named.
        (int refused, _, string left) = Run("models", "convert", stored, "--out", Scratch.In("out"));
        Assert.Equal(ExitCodes.BadInput, refused);
        Assert.Contains("left over", left, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Scratch.In("out")));
    }
}
