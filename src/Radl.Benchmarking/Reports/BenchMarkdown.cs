using System.Globalization;
using Radl.Diffusion.Models;

namespace Radl.Benchmarking.Reports;

/// <summary>A report as Markdown, in the form that is kept under <c>bench/reports</c>.</summary>
public static class BenchMarkdown
{
    private const double Giga = 1e9;

    /// <summary>Writes it.</summary>
    public static void Write(BenchReport report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"# {(report.HasTargets ? "Stable Diffusion v1.4" : report.Model)}, {Text(report.Side)}x{Text(report.Side)}, {Precision.NameOf(report.DType)}, {report.Device}");
        output.WriteLine();
        report.Header.Write(output);
        output.WriteLine($"- other programs kept {(report.OtherCores is { } cores ? Text(cores, "f2") : "an unknown number of")} cores busy meanwhile");
        output.WriteLine($"- fastest matrix product: {string.Join(", ", report.Peaks.Select(peak => $"{Text(peak.Value / Giga, "f0")} GFLOP/s in {Precision.NameOf(peak.Key)}"))}");
        output.WriteLine("- steps are one guided step of Euler with a batch of two; plain and controlled steps take turns");
        output.WriteLine();
        output.WriteLine("| stage | type | seconds (median) | least | most | runs | GFLOP | share of peak | peak memory, GB |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (StageResult stage in (StageResult[])[report.Text, report.PlainStep, report.Decode])
        {
            output.WriteLine($"| {stage.Name} | {Precision.NameOf(stage.DType)} | {Seconds(stage.Seconds)} | {Text(stage.Flops / Giga, "f1")} | {Text(stage.ShareOfPeak * 100, "f0")} % | {Text(stage.PeakMemory / Giga, "f2")} |");
        }
        if (report.Load is { } load)
        {
            output.WriteLine($"| opening the model, files in the page cache | {Precision.NameOf(report.DType)} | {Seconds(load)} | | | |");
        }
        output.WriteLine();
        output.WriteLine("| controlled step | instances | seconds (median) | least | most | runs | over the plain step | of least |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (ControlResult control in report.Controlled)
        {
            output.WriteLine($"| {control.Method} | {Text(control.Instances)} | {Seconds(control.Seconds)} | {Text(control.Ratio, "f3")} | {Text(control.LeastRatio, "f3")} |");
        }
        if (report.Options.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("| option | seconds (median) | least | most | runs | over the stage without it |");
            output.WriteLine("| --- | --- | --- | --- | --- | --- |");
            foreach (OptionResult option in report.Options)
            {
                output.WriteLine($"| {option.Name} | {Seconds(option.Seconds)} | {Text(option.Ratio, "f3")} |");
            }
        }
        WriteTargets(report, output);
    }

    /// <summary>Writes an accuracy check.</summary>
    public static void Write(AccuracyCheck check, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine(
            $"One prediction of the U-Net with random weights in {Precision.NameOf(check.DType)} against fp32: relative error {Text(check.Relative * 100, "f2")} %, largest difference "
            + $"{Text(check.OfLargest * 100, "f2")} % of the largest value; under {Text(AccuracyCheck.Wanted * 100, "f0")} % is wanted: {Verdict(check.Relative < AccuracyCheck.Wanted)}");
    }

    private static void WriteTargets(BenchReport report, TextWriter output)
    {
        if (!report.HasTargets)
        {
            return;
        }
        output.WriteLine();
        output.WriteLine("| wanted | measured | |");
        output.WriteLine("| --- | --- | --- |");
        Target("plain step: at least 75 % of the peak", $"{Text(report.PlainStep.ShareOfPeak * 100, "f0")} %", report.PlainStep.ShareOfPeak >= 0.75);
        Target($"controlled step ({report.MainControl.Method}, {Text(report.MainControl.Instances)} instances): at most 1.05 plain steps", Text(report.MainControl.Ratio, "f3"), report.MainControl.Ratio <= 1.05);
        Target("VAE decode: at most twice its FLOPs over the peak", Text(1 / report.Decode.ShareOfPeak, "f2"), report.Decode.ShareOfPeak >= 0.5);
        Target("text encoding: under 1 s", $"{Text(report.Text.Seconds.Median, "f2")} s", report.Text.Seconds.Median < 1);
        Target("peak memory: under 4.5 GB", $"{Text(report.PeakMemory / Giga, "f2")} GB", report.PeakMemory < 4.5 * Giga);
        if (report.Load is { } load)
        {
            Target("opening the model: under 2 s", $"{Text(load.Median, "f2")} s", load.Median < 2);
        }

        void Target(string wanted, string measured, bool isMet) => output.WriteLine($"| {wanted} | {measured} | {Verdict(isMet)} |");
    }

    private static string Verdict(bool isMet) => isMet ? "met" : "not met";

    private static string Seconds(Measurement seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds.Median:g4} | {seconds.Least:g4} | {seconds.Most:g4} | {seconds.Runs}");

    private static string Text(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
}
