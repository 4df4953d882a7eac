using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Radl.Cli.Terminal;
using Radl.Torch.Safetensors;
using Radl.Training.Loop;

namespace Radl.Cli.Tests;

/// <summary>The program as a user starts it.</summary>
public sealed class ProcessTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void A_picture_goes_to_out_by_default()
    {
        Write("alone.json", "{\"prompt\": \"a red fish\", \"seed\": 3}");
        using Process process = Start("generate", "alone.json", "--model", "tiny", "--steps", "2");
        Assert.Equal(Path.Combine("out", "alone.png"), process.StandardOutput.ReadToEnd().Trim());
        process.WaitForExit();
        Assert.Equal(ExitCodes.Done, process.ExitCode);
        Assert.True(File.Exists(Scratch.In("out", "alone.png")));
    }

    [Fact]
    public void A_termination_signal_ends_the_run_in_order()
    {
        Write("alone.json", "{\"prompt\": \"a red fish\", \"seed\": 3}");
        using Process process = Start("generate", "alone.json", "--model", "tiny", "--steps", "1000");
        // The first line of progress: it is drawing now.
        string? first = process.StandardError.ReadLine();
        Assert.Contains("step 100 of 1000", first, StringComparison.Ordinal);
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            kill.WaitForExit();
        }
        Assert.EndsWith("radl: cancelled", process.StandardError.ReadToEnd().TrimEnd(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(ExitCodes.Cancelled, process.ExitCode);
        Assert.Empty(Directory.GetFiles(Scratch.In("out")));
    }

    [Fact]
    public void A_port_that_is_taken_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Process process = Start("studio", "--model", "tiny", "--data", "data", "--port", port);
        string[] lines = process.StandardError.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(ExitCodes.Failed, process.ExitCode);
        Assert.Contains("address already in use", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_kills_during_checkpointing_leave_a_checkpoint_that_resumes()
    {
        const int Kills = 20;
        Write("run.json", """
            {
              "stage": "vae", "model": "toy", "run": "run", "steps": 100000, "batch": 1, "warmup_steps": 1, "dtype": "fp32",
              "log_every": 1, "checkpoint_every": 1, "sample_every": 100000,
              "vae": { "latent_channels": 4, "block_out_channels": [8, 8], "layers_per_block": 1, "norm_num_groups": 4 }
            }
            """);
        long step = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = kill == 0 ? Start("train", "run.json") : Start("train", "run.json", "--resume");
            // With a checkpoint after every step, a kill right behind a step's line falls into the next step or its checkpoint.
            for (int line = 0; line < 2 + (kill % 3); line++)
            {
                Assert.NotNull(process.StandardOutput.ReadLine());
            }
            process.Kill();
            process.WaitForExit();
            using SafetensorsFile checkpoint = SafetensorsFile.Open(Checkpoint.PathIn(Scratch.In("run")));
            long now = long.Parse(checkpoint.Metadata["step"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(now > step, $"kill {kill}: the checkpoint stands at step {now}, before it stood at {step}");
            step = now;
        }
        Assert.Empty(Directory.GetFiles(Scratch.In("run"), "*.png"));
    }

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = Scratch.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Radl.Cli.dll"));
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }
        start.Environment["RADL_MODELS"] = ModelsRoot;
        return Process.Start(start)!;
    }
}
