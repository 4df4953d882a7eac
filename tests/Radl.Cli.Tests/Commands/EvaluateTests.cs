using Radl.Cli.Terminal;

namespace Radl.Cli.Tests.Commands;

public sealed class EvaluateTests(CliTest.Models models) : CliTest(models)
{
    private static readonly string[] Small = ["evaluate", "toybox", "--model", "tiny", "--steps", "2", "--scenes", "4", "--max-instances", "3", "--batch", "2", "--workers", "1"];

    [Fact]
    public void A_run_writes_the_report_and_a_second_one_draws_nothing()
    {
        (int code, string output, _) = Run([.. Small, "--methods", "sd,radl", "-o", Scratch.In("out")]);
        Assert.Equal(ExitCodes.Done, code);
        string[] reports = ["report.json", "report.md", "report.html"];
        Assert.Equal(reports.Select(name => Scratch.In("out", name)), output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        byte[][] before = [.. reports.Select(name => File.ReadAllBytes(Scratch.In("out", name)))];
        (_, _, string error) = Run([.. Small, "--methods", "sd,radl", "-o", Scratch.In("out")]);
        Assert.DoesNotContain("pictures", error, StringComparison.Ordinal);
        Assert.Equal(before, reports.Select(name => File.ReadAllBytes(Scratch.In("out", name))));
    }

    [Fact]
    public void The_last_shard_reports()
    {
        (int code, string output, _) = Run([.. Small, "--methods", "sd", "--shard", "1/2", "-o", Scratch.In("out")]);
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("shard 1 of 2", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Scratch.In("out")));
        Assert.Equal(ExitCodes.Done, Run([.. Small, "--methods", "sd", "--shard", "2/2", "-o", Scratch.In("out")]).Code);
        Assert.True(File.Exists(Scratch.In("out", "report.html")));
    }

    [Fact]
    public void A_stopped_run_is_cancelled_and_leaves_no_report()
    {
        Stop.Cancel();
        Assert.Equal(ExitCodes.Cancelled, Run([.. Small, "--methods", "sd", "-o", Scratch.In("out")]).Code);
        Assert.False(File.Exists(Scratch.In("out", "report.json")));
    }

    [Fact]
    public void Pictures_of_other_settings_are_refused_by_name()
    {
        Run([.. Small, "--methods", "sd", "-o", Scratch.In("out")]);
        (int code, _, string error) = Run([.. Small, "--methods", "sd", "--guidance", "2", "-o", Scratch.In("out")]);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("guidance", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, Run([.. Small, "--methods", "sd", "--guidance", "2", "--restart", "-o", Scratch.In("out")]).Code);
    }

    [Theory]
    [InlineData("--methods", "paint", "paint")]
    [InlineData("--methods", "x=/nowhere", "adapter.safetensors")]
    [InlineData("--suite", "half", "--suite")]
    [InlineData("--shard", "3/2", "--shard")]
    [InlineData("--scenes", "0", "--scenes")]
    [InlineData("--scheduler", "slow", "slow")]
    [InlineData("--max-instances", "1", "--max-instances")]
    public void A_wrong_option_is_bad_input_that_names_it(string option, string value, string named)
    {
        (int code, _, string error) = Run("evaluate", "toybox", "--model", "tiny", "-o", Scratch.In("out"), option, value);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }
}
