using Radl.Cli.Terminal;
using Radl.Diffusion.Imaging;
using Radl.Layout.Generation;
using Radl.Torch;

namespace Radl.Cli.Tests.Generation;

public sealed class GenerateTests(CliTest.Models models) : CliTest(models)
{
    private const string Chase = """
        {
          "prompt": "a red fish chasing a blue car",
          "instances": [
            { "label": "a red fish", "box": [0, 0.25, 0.5, 0.75] },
            { "label": "a blue car", "box": [0.5, 0.25, 1, 0.75] }
          ],
          "seed": 7
        }
        """;

    private static readonly string[] Quick = ["--model", "tiny", "--steps", "4"];

    [Fact]
    public void A_scene_becomes_a_picture_whose_path_is_printed()
    {
        string scene = Write("chase.json", Chase);
        (int code, string output, string error) = Run(["generate", scene, "--out", Scratch.In("made"), .. Quick]);
        Assert.Equal((ExitCodes.Done, Scratch.In("made", "chase.png")), (code, output.Trim()));
        Assert.Contains("chase: step 4 of 4", error, StringComparison.Ordinal);
        Assert.Equal(64, PngReader.Read(output.Trim()).Colours.Width);
    }

    [Fact]
    public void The_same_scene_gives_the_same_bytes_and_so_does_the_picture_itself()
    {
        string scene = Write("chase.json", Chase);
        byte[] first = Generate(scene, "a.png", "--guidance", "3.5", "--scheduler", "ddim", "--control-steps", "3", "--dtype", "bf16");
        Assert.Equal(first, Generate(scene, "b.png", "--guidance", "3.5", "--scheduler", "ddim", "--control-steps", "3", "--dtype", "bf16"));

        (int code, string output, _) = Run("generate", Scratch.In("a.png"), "--out", Scratch.In("again"));
        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal(first, File.ReadAllBytes(output.Trim()));
        Assert.Equal(Scratch.In("again", "a.png"), output.Trim());
    }

    [Fact]
    public void Merged_tokens_and_tiles_are_part_of_how_a_picture_was_made()
    {
        string scene = Write("chase.json", Chase);
        byte[] exact = Generate(scene, "a.png");
        byte[] merged = Generate(scene, "b.png", "--token-merging", "0.5", "--vae-tiling");
        Assert.NotEqual(exact, merged);
        GenerationSettings settings = PictureRecipe.Read(Scratch.In("b.png")).Settings;
        Assert.Equal((0.5, true), (settings.TokenMerging, settings.VaeTiling));
        Run("generate", Scratch.In("b.png"), "--out", Scratch.In("again"));
        Assert.Equal(merged, File.ReadAllBytes(Scratch.In("again", "b.png")));
    }

    [Fact]
    public void A_picture_remembers_its_threads_because_they_decide_the_last_bits()
    {
        int before = TorchRuntime.Threads;
        byte[] first = Generate(Write("chase.json", Chase), "a.png");
        Assert.Equal(1, PictureRecipe.Read(Scratch.In("a.png")).Threads);
        Threads = 2;
        Run("generate", Scratch.In("a.png"), "--out", Scratch.In("again"));
        Assert.Equal(first, File.ReadAllBytes(Scratch.In("again", "a.png")));
        Generate(Scratch.In("chase.json"), "two.png");
        Assert.Equal(2, PictureRecipe.Read(Scratch.In("two.png")).Threads);
        Assert.Equal(before, TorchRuntime.Threads);
    }

    [Fact]
    public void A_picture_that_is_made_again_in_place_does_not_replace_the_first()
    {
        byte[] first = Generate(Write("chase.json", Chase), "a.png");
        (_, string output, _) = Run("generate", Scratch.In("a.png"), "--out", Scratch.Path, "--steps", "5");
        Assert.Equal(Scratch.In("a-again.png"), output.Trim());
        Assert.Equal(first, File.ReadAllBytes(Scratch.In("a.png")));
        Assert.Equal(5, PictureRecipe.Read(Scratch.In("a-again.png")).Settings.Steps);
    }

    [Fact]
    public void Several_pictures_of_a_scene_are_those_of_consecutive_seeds()
    {
        string scene = Write("chase.json", Chase);
        (int code, string output, _) = Run(["generate", scene, "--out", Scratch.In("many.png"), "--count", "3", .. Quick]);
        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal([Scratch.In("many-1.png"), Scratch.In("many-2.png"), Scratch.In("many-3.png")], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(Generate(scene, "one.png", "--seed", $"{6 + i}"), File.ReadAllBytes(Scratch.In($"many-{i}.png")));
        }
    }

    [Fact]
    public void Overlay_attention_maps_and_steps_are_written_beside_the_picture()
    {
        string scene = Write("chase.json", Chase);
        (int code, string output, _) = Run(["generate", scene, "--out", Scratch.In("p.png"), "--overlay", "--attention-maps", "--save-steps", .. Quick]);
        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal([Scratch.In("p.png"), Scratch.In("p.overlay.png"), Scratch.In("p.attention.png")], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(Generate(scene, "plain.png"), File.ReadAllBytes(Scratch.In("p.png")));
        RgbImage overlay = PngReader.Read(Scratch.In("p.overlay.png")).Colours;
        Assert.Equal(Overlay.Palette[0], overlay[0, 190]);
        Assert.True(PngReader.Read(Scratch.In("p.attention.png")).Colours.Width > 512);
        Assert.Equal(["step-001.png", "step-002.png", "step-003.png", "step-004.png"], Directory.GetFiles(Scratch.In("p.steps")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_folder_gives_a_picture_per_scene_and_a_bad_one_does_not_stop_the_others()
    {
        Write("scenes/a.json", Chase);
        Write("scenes/b.json", Chase.Replace("[0.5, 0.25, 1, 0.75]", "[0.5, 0.25, 0.2, 0.75]", StringComparison.Ordinal));
        Write("scenes/c.jsonl", Chase.ReplaceLineEndings("") + "\n" + Chase.ReplaceLineEndings("") + "\n");
        (int code, string output, string error) = Run(["generate", Scratch.In("scenes"), "--out", Scratch.In("made"), .. Quick]);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("b.json: instances[1].box: x2 (0.2) must be greater than x1 (0.5)", error, StringComparison.Ordinal);
        Assert.Equal(["a.png", "c-1.png", "c-2.png"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{", "chase.json")]
    [InlineData("{\"prompt\": \"a\", \"colour\": 1}", "colour")]
    [InlineData("{\"prompt\": \"a\", \"width\": 100}", "width")]
    public void A_bad_scene_is_bad_input_told_in_a_line(string text, string expected)
    {
        (int code, string output, string error) = Run(["generate", Write("chase.json", text), "--out", Scratch.In("made"), .. Quick]);
        Assert.Equal((ExitCodes.BadInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.InRange(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
        Assert.False(Directory.Exists(Scratch.In("made")));
    }

    [Theory]
    [InlineData("--steps 0", "steps (0) must lie in [1, 1000]")]
    [InlineData("--steps many", "--steps")]
    [InlineData("--count 0", "--count (0)")]
    [InlineData("--guidance -1", "guidance (-1)")]
    [InlineData("--seed -5", "seed (-5)")]
    [InlineData("--method magic", "'magic' is not one of radl, migc, ")]
    [InlineData("--method migc", "no adapter for method 'migc' (adapters/migc)")]
    [InlineData("--method multidiffusion --scheduler lms", "scheduler 'lms' remembers earlier steps; multidiffusion takes several steps at once and needs euler or ddim")]
    [InlineData("--scheduler magic", "'magic' is not one of euler")]
    [InlineData("--dtype fp12", "'fp12' is not one of auto, fp32, bf16, fp16")]
    [InlineData("--device tpu", "'tpu' is not one of auto, cpu, cuda")]
    [InlineData("--model nowhere", "model 'nowhere' was not found")]
    [InlineData("--colour red", "--colour")]
    public void Wrong_usage_is_bad_input_that_names_the_option(string options, string expected)
    {
        string scene = Write("chase.json", Chase);
        string[] model = options.StartsWith("--model", StringComparison.Ordinal) ? [] : ["--model", "tiny"];
        (int code, _, string error) = Run(["generate", scene, "--out", Scratch.In("p.png"), .. model, .. options.Split(' ')]);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("WEBP")]
    public void Another_picture_than_PNG_is_refused_and_makes_no_folder(string extension)
    {
        string output = Scratch.In($"p.{extension}");
        (int code, _, string error) = Run(["generate", Write("chase.json", Chase), "--out", output, .. Quick]);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("only PNG is written", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_before_anything_is_drawn()
    {
        string scene = Write("chase.json", Chase);
        string file = Write("file", "");
        foreach ((string output, string expected) in ((string, string)[])[
            ("/proc/x.png", "the output folder /proc cannot be written; "),
            (Path.Combine(file, "x.png"), $"the output folder {file} cannot be written, because {file} is a file; "),
            (Path.Combine(file, "deep", "er"), $"cannot be written, because {file} is a file; ")])
        {
            (int code, string written, string error) = Run(["generate", scene, "--out", output, .. Quick]);
            Assert.Equal((ExitCodes.BadInput, ""), (code, written));
            Assert.Contains(expected, error, StringComparison.Ordinal);
            Assert.DoesNotContain("step", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_file_cannot_hold_the_pictures_of_several_scenes()
    {
        string scene = Write("chase.json", Chase);
        (int code, _, string error) = Run(["generate", scene, scene, "--out", Scratch.In("p.png"), .. Quick]);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("name a folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_scenes_of_one_name_do_not_overwrite_each_other()
    {
        string first = Write("one/chase.json", Chase);
        string second = Write("two/chase.json", Chase);
        (int code, string output, string error) = Run(["generate", first, second, "--out", Scratch.In("made"), .. Quick]);
        Assert.Equal((ExitCodes.Failed, Scratch.In("made", "chase.png")), (code, output.Trim()));
        Assert.Contains($"already holds the picture of {first}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_within_a_step_and_leaves_no_file()
    {
        string scene = Write("chase.json", Chase);
        using var error = new StoppingWriter("step 2 of", Stop);
        (int code, string output, string said) = Run(error, "", "generate", scene, "--out", Scratch.In("made"), "--model", "tiny", "--steps", "8");
        Assert.Equal((ExitCodes.Cancelled, ""), (code, output));
        Assert.DoesNotContain("step 3 of", said, StringComparison.Ordinal);
        Assert.Contains("cancelled", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Scratch.In("made")));
    }

    [Fact]
    public void Without_instances_radl_and_sd_draw_the_same_and_maps_are_refused_with_a_warning()
    {
        string scene = Write("alone.json", "{\"prompt\": \"a red fish\", \"seed\": 3}");
        Generate(scene, "radl.png");
        Generate(scene, "sd.png", "--method", "sd");
        Assert.Equal(PngReader.Read(Scratch.In("sd.png")).Colours.Pixels, PngReader.Read(Scratch.In("radl.png")).Colours.Pixels);
        (_, _, string error) = Run(["generate", scene, "--out", Scratch.In("p.png"), "--attention-maps", .. Quick]);
        Assert.Contains("no attention maps, because no instance was under control", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multidiffusion")]
    [InlineData("sd")]
    public void A_method_without_attention_maps_says_that_it_records_none(string method)
    {
        (int code, string output, string error) = Run(["generate", Write("chase.json", Chase), "--out", Scratch.In("p.png"), "--attention-maps", "--method", method, .. Quick]);
        Assert.Equal((ExitCodes.Done, Scratch.In("p.png")), (code, output.Trim()));
        Assert.Contains($"no attention maps: {method} records none", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_weights_under_the_same_name_are_worth_a_warning()
    {
        Generate(Write("chase.json", Chase), "a.png");
        PictureRecipe recipe = PictureRecipe.Read(Scratch.In("a.png")) with { WeightsHash = "00" };
        PngWriter.Write(Scratch.In("a.png"), new RgbImage(8, 8), [recipe.ToText()]);
        (int code, _, string error) = Run("generate", Scratch.In("a.png"), "--out", Scratch.In("again"));
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("other weights of 'tiny'", error, StringComparison.Ordinal);
    }

    private byte[] Generate(string scene, string name, params string[] options)
    {
        (int code, _, string error) = Run(["generate", scene, "--out", Scratch.In(name), .. Quick, .. options]);
        Assert.True(code == ExitCodes.Done, error);
        return File.ReadAllBytes(Scratch.In(name));
    }

    // Asks for the end as soon as a text passes by.
    private sealed class StoppingWriter(string text, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(text, StringComparison.Ordinal) is true)
            {
                stop.Cancel();
            }
        }
    }
}
