using System.Text.Json;
using Radl.Cli.Terminal;

namespace Radl.Cli.Tests.Commands;

public sealed class BenchTests(CliTest.Models models) : CliTest(models)
{
    [Fact]
    public void Bench_prints_one_JSON_object_and_shows_its_progress_elsewhere()
    {
        (int code, string output, string error) = Run("bench", "--model", "tiny", "--quick", "--repeats", "1", "--dtype", "fp32", "--instances", "2,6", "--json");
        Assert.Equal(ExitCodes.Done, code);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("plain_step").GetProperty("seconds").GetDouble() > 0);
        Assert.True(json.RootElement.GetProperty("controlled_step").GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(2, json.RootElement.GetProperty("methods").GetArrayLength());
        Assert.Contains("steps: step 1 of", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bench_writes_a_report_in_Markdown_with_the_time_of_opening()
    {
        (int code, string output, _) = Run("bench", "--model", "tiny", "--repeats", "1", "--dtype", "fp32");
        Assert.Equal(ExitCodes.Done, code);
        Assert.StartsWith("# tiny, 64x64, fp32, cpu", output, StringComparison.Ordinal);
        Assert.Contains("| opening the model", output, StringComparison.Ordinal);
        Assert.Contains("| radl | 6 |", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_bench_ends_as_such()
    {
        Stop.Cancel();
        Assert.Equal(ExitCodes.Cancelled, Run("bench", "--model", "tiny", "--quick").Code);
    }

    [Fact]
    public void Accuracy_compares_a_fast_type_with_fp32()
    {
        (int code, string output, _) = Run("bench", "--model", "tiny", "--accuracy", "--dtype", "bf16", "--json");
        using JsonDocument json = JsonDocument.Parse(output);
        double error = json.RootElement.GetProperty("accuracy").GetProperty("relative_error").GetDouble();
        Assert.Equal(error < 0.02 ? ExitCodes.Done : ExitCodes.Failed, code);
        Assert.Equal(ExitCodes.BadInput, Run("bench", "--model", "tiny", "--accuracy", "--dtype", "fp32").Code);
    }

    [Theory]
    [InlineData("--instances", "0")]
    [InlineData("--instances", "six")]
    [InlineData("--methods", "paint")]
    [InlineData("--size", "100")]
    [InlineData("--model", "nowhere")]
    [InlineData("--repeats", "0")]
    public void Wrong_options_are_bad_input(string option, string value)
    {
        string[] model = option == "--model" ? [] : ["--model", "tiny"];
        (int code, _, string error) = Run(["bench", .. model, option, value]);
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.NotEmpty(error);
    }
}
