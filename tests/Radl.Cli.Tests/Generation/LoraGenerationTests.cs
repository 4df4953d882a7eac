using Radl.Cli.Terminal;
using Radl.Diffusion.Imaging;
using Radl.Layout.Generation;
using Radl.Torch;

namespace Radl.Cli.Tests.Generation;

public sealed class LoraGenerationTests(CliTest.Models models) : CliTest(models)
{
    private const string Module = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_q";

    [Fact]
    public void A_lora_changes_the_picture_and_the_picture_makes_itself_again()
    {
        string scene = Write("fish.json", """{ "prompt": "a red fish", "seed": 3 }""");
        string lora = Lora("fish.safetensors", 0.5);
        byte[] plain = Draw(scene, "plain.png");
        byte[] first = Draw(scene, "a.png", "--lora", $"{lora}:0.8", "--lora", lora);
        Assert.NotEqual(Pixels("plain.png"), Pixels("a.png"));
        Assert.Equal([(lora, 0.8), (lora, 1.0)], PictureRecipe.Read(Scratch.In("a.png")).Loras.Select(use => (use.File, use.Strength)));

        (int code, string output, string error) = Run("generate", Scratch.In("a.png"), "--out", Scratch.In("again"));
        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal(first, File.ReadAllBytes(output.Trim()));
        Assert.DoesNotContain("warning", error, StringComparison.Ordinal);
        Assert.Equal(plain, Draw(scene, "plain-again.png"));
    }

    [Fact]
    public void Scenes_of_one_run_have_each_their_own_loras()
    {
        string scene = Write("fish.json", """{ "prompt": "a red fish", "seed": 3 }""");
        byte[] with = Draw(scene, "with.png", "--lora", Lora("fish.safetensors", 0.5));
        byte[] without = Draw(scene, "without.png");
        (int code, _, _) = Run("generate", Scratch.In("with.png"), Scratch.In("without.png"), Scratch.In("with.png"), "--out", Scratch.In("again"));
        Assert.Equal(ExitCodes.Failed, code); // the third would be written over the first
        Assert.Equal(with, File.ReadAllBytes(Scratch.In("again", "with.png")));
        Assert.Equal(without, File.ReadAllBytes(Scratch.In("again", "without.png")));
    }

    [Fact]
    public void A_lora_that_has_changed_since_is_a_warning()
    {
        string scene = Write("fish.json", """{ "prompt": "a red fish", "seed": 3 }""");
        string lora = Lora("fish.safetensors", 0.5);
        Draw(scene, "a.png", "--lora", lora);
        Lora("fish.safetensors", -0.5);
        (int code, _, string error) = Run("generate", Scratch.In("a.png"), "--out", Scratch.In("again"));
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains($"made with another {lora}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lora_that_does_not_fit_is_named_and_so_is_a_missing_one()
    {
        string scene = Write("fish.json", """{ "prompt": "a red fish", "seed": 3 }""");
        string lora = Lora("other.safetensors", 0.5, "lora_unet_input_blocks_9_emb");
        (int code, _, string error) = Run("generate", scene, "--model", "tiny", "--lora", lora);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("lora_unet_input_blocks_9_emb", error, StringComparison.Ordinal);
        (code, _, error) = Run("generate", scene, "--model", "tiny", "--lora", Scratch.In("missing.safetensors"));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("missing.safetensors", error, StringComparison.Ordinal);
    }

    private string Lora(string file, double value, string module = Module)
    {
        using var scope = TensorScope.Enter();
        SafetensorsTensors.Save(Scratch.In(file), new Dictionary<string, Tensor>
        {
            [$"{module}.lora_down.weight"] = Tensor.Full([2, 16], value),
            [$"{module}.lora_up.weight"] = Tensor.Cat([Tensor.Ones([8, 2]), Tensor.Full([8, 2], -2)], 0),
            [$"{module}.alpha"] = Tensor.Full([], 4),
        });
        return Scratch.In(file);
    }

    private byte[] Draw(string scene, string picture, params string[] more)
    {
        (int code, _, string error) = Run(["generate", scene, "--model", "tiny", "--method", "sd", "--steps", "3", "--out", Scratch.In(picture), .. more]);
        Assert.True(code == ExitCodes.Done, error);
        return File.ReadAllBytes(Scratch.In(picture));
    }

    private byte[] Pixels(string picture) => PngReader.Read(Scratch.In(picture)).Colours.Pixels;
}
