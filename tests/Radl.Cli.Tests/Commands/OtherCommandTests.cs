using Radl.Cli.Terminal;

namespace Radl.Cli.Tests.Commands;

public sealed class OtherCommandTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void Relations_are_one_JSON_object_a_line_for_arguments_and_standard_input()
    {
        const string Expected = """{"prompt":"a red fish chasing a blue car","verbs":["chasing"],"relations":[{"verb":"chasing","subject":"fish","object":"car"}],"prepositions":[]}""";
        (int code, string output, _) = Run(new StringWriter(), "a red fish chasing a blue car\n\na dog\n", "relations", "a red fish chasing a blue car", "-");
        Assert.Equal(ExitCodes.Done, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Equal([Expected, Expected], lines[..2]);
        Assert.All(lines[2..], line => Assert.Contains("\"relations\":[]", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Info_names_libtorch_the_threads_and_the_models()
    {
        (int code, string output, _) = Run("info");
        Assert.Equal(ExitCodes.Done, code);
        Assert.Matches(@"libtorch\s+\d+\.\d+", output);
        Assert.Matches(@"library\s+/", output);
        Assert.Matches(@"threads\s+[1-9]", output);
        Assert.Matches($@"tiny\s+{Path.Combine(ModelsRoot, "tiny")} \(adapters: radl\)", output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("generate")]
    [InlineData("relations")]
    [InlineData("paint picture.json")]
    public void Wrong_usage_names_the_help(string args)
    {
        (int code, _, string error) = Run(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_lists_every_option()
    {
        (int code, string output, _) = Run("generate", "--help");
        Assert.Equal(ExitCodes.Done, code);
        string[] options = ["--out", "--model", "--method", "--steps", "--control-steps", "--guidance", "--scheduler", "--seed", "--count", "--dtype", "--device", "--token-merging", "--vae-tiling", "--overlay", "--attention-maps", "--save-steps"];
        Assert.All(options, option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    [Fact]
    public void A_broken_training_config_is_bad_input_that_names_the_field()
    {
        string config = Write("vae.json", "{\"stage\": \"vae\", \"model\": \"m\", \"run\": \"r\", \"steps\": 0}");
        (int code, _, string error) = Run("train", config);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("steps", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, Run("train", Scratch.In("nowhere.json")).Code);
    }

    [Fact]
    public void Training_stops_at_a_checkpoint_and_resumes_to_the_end()
    {
        string config = Write("vae.json", """
            {
              "stage": "vae", "model": "model", "run": "run", "steps": 3, "batch": 1, "dtype": "fp32", "log_every": 1, "sample_every": 100, "checkpoint_every": 100,
              "vae": { "latent_channels": 4, "block_out_channels": [8, 8, 8, 8], "layers_per_block": 1, "norm_num_groups": 4, "sample_size": 128, "scaling_factor": 1 }
            }
            """);
        Stop.Cancel();
        (int stopped, _, string error) = Run("train", config);
        Assert.Equal(ExitCodes.Cancelled, stopped);
        Assert.Contains("--resume", error, StringComparison.Ordinal);

        Continue();
        Assert.Equal(ExitCodes.Failed, Run("train", config).Code);
        (int done, string output, _) = Run("train", config, "--resume");
        Assert.Equal(ExitCodes.Done, done);
        Assert.Contains("step 3 of 3", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Scratch.In("model", "vae", "diffusion_pytorch_model.safetensors")));
    }
}
