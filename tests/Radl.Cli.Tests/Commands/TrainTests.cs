using Radl.Cli.Terminal;

namespace Radl.Cli.Tests.Commands;

public sealed class TrainTests(CliTest.Models models) : CliTest(models)
{
    private const string Tiny = """
        {
          "stage": "vae", "model": "model", "run": "run", "steps": 1, "batch": 1, "dtype": "fp32", "log_every": 1, "sample_every": 100, "checkpoint_every": 100,
          "vae": { "latent_channels": 4, "block_out_channels": [8, 8, 8, 8], "layers_per_block": 1, "norm_num_groups": 4, "sample_size": 128, "scaling_factor": 1 }
        }
        """;

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

    [Fact]
    public void A_run_that_will_replace_weights_names_them_unless_it_begins_with_them()
    {
        (int code, _, string error) = Run("train", Write("a.json", Tiny));
        Assert.Equal((ExitCodes.Done, ""), (code, error));
        string weights = Scratch.In("model", "vae", "diffusion_pytorch_model.safetensors");

        (code, _, error) = Run("train", Write("b.json", Tiny.Replace("\"run\": \"run\"", "\"run\": \"second\"", StringComparison.Ordinal)));
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains($"replaces {weights}", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        (code, _, error) = Run("train", Write("c.json", Tiny.Replace("\"run\": \"run\"", "\"run\": \"third\", \"continue\": true", StringComparison.Ordinal)));
        Assert.Equal((ExitCodes.Done, ""), (code, error));
        (code, _, error) = Run("train", Scratch.In("b.json"), "--resume");
        Assert.Equal((ExitCodes.Done, ""), (code, error));
    }

    [Fact]
    public void A_resumed_run_names_the_fields_that_its_checkpoint_was_not_trained_by()
    {
        Assert.Equal(ExitCodes.Done, Run("train", Write("a.json", Tiny)).Code);
        string changed = Tiny.Replace("\"steps\": 1, \"batch\": 1", "\"steps\": 2, \"batch\": 2, \"seed\": 5", StringComparison.Ordinal).Replace("\"log_every\": 1", "\"log_every\": 2", StringComparison.Ordinal);
        (int code, _, string error) = Run("train", Write("a.json", changed), "--resume");
        Assert.Equal(ExitCodes.Done, code);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("seed (1, now 5), steps (1, now 2), batch (1, now 2);", line, StringComparison.Ordinal);
        Assert.Equal("", Run("train", Scratch.In("a.json"), "--resume").Error);
    }
}
