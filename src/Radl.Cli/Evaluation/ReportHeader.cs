using System.Globalization;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Suites;
using Radl.Layout.Generation;
using Radl.Torch;

namespace Radl.Cli.Evaluation;

/// <summary>What a report says of its own making. The time is that of the last picture, so the same pictures give the same report.</summary>
internal static class ReportHeader
{
    private const int HashDigits = 16;

    public static IReadOnlyList<KeyValuePair<string, string>> Of(EvaluateOptions options, ToyboxSuite suite, PictureStudio studio, SuiteResults results, int workers)
    {
        string[] adapters =
        [
            .. from method in suite.Methods
               from folder in method.Adapters
               select $"{Path.GetFileName(folder)} {Fingerprint.HashFiles(folder, Directory.GetFiles(folder))[..HashDigits]}",
        ];
        SamplingChoices sampling = suite.Sampling;
        string[] shares = [.. suite.Methods.Where(method => method.ControlSteps is { } own && own != sampling.ControlSteps).Select(method => $"{method.Name} {method.ControlSteps}")];
        string control = shares.Length == 0 ? "" : $" ({string.Join(", ", shares)})";
        return
        [
            new("command", $"radl {options.Command}"),
            new("version", PictureRecipe.ProgramVersion),
            new("model", $"{options.Model}, SHA-256 {studio.ModelHash[..HashDigits]}"),
            new("adapters", adapters.Length == 0 ? "none" : string.Join(", ", adapters)),
            new("sampling", FormattableString.Invariant($"{sampling.Steps} steps of {sampling.Scheduler}, control in the first {sampling.ControlSteps}{control}, guidance {sampling.Guidance}, bf16")),
            new("libtorch", $"{TorchRuntime.Version}, {TorchRuntime.CpuCapability}"),
            new("machine", FormattableString.Invariant($"{Processor()}, {Environment.ProcessorCount} cores, {workers} workers of {TorchRuntime.Threads} thread(s)")),
            new("pictures", results.All.Sum(arm => arm.Scenes.Count).ToString(CultureInfo.InvariantCulture)),
            new("generation", FormattableString.Invariant($"{TimeSpan.FromSeconds(Math.Round(results.All.Sum(arm => arm.Seconds))):c} of worker time")),
            new("finished", results.All.Max(arm => arm.Finished).ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
        ];
    }

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
