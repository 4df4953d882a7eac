using System.CommandLine;
using System.Globalization;
using Radl.Benchmarking;
using Radl.Benchmarking.Reports;
using Radl.Cli.Terminal;
using Radl.Diffusion.Models;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Cli.Commands;

/// <summary><c>radl bench</c>: times a model stage by stage against the machine's own peak.</summary>
internal static class BenchCommand
{
    private const string FullSize = "sd14";

    public static Command Create(CommandContext context)
    {
        var model = new Option<string>("--model") { Description = $"{FullSize} (Stable Diffusion v1.4 at full size with random weights), or name or folder of a model", DefaultValueFactory = _ => FullSize };
        var dtype = new Option<string>("--dtype") { Description = "fp32, bf16, fp16 or auto", DefaultValueFactory = _ => "auto" };
        var device = new Option<string>("--device") { Description = "cpu, cuda, cuda:N or auto", DefaultValueFactory = _ => "auto" };
        var size = new Option<int?>("--size") { Description = "Side of the picture in pixels (default: the model's own)" };
        var methods = new Option<string>("--methods") { Description = $"Comma-separated layout methods: {string.Join(", ", BenchSettings.KnownMethods)}", DefaultValueFactory = _ => "radl" };
        var instances = new Option<string>("--instances") { Description = "Comma-separated numbers of instances, 1 to 27", DefaultValueFactory = _ => "6" };
        var repeats = new Option<int?>("--repeats") { Description = "Rounds that count (default: 10)" };
        var steps = new Option<int>("--steps") { Description = "Steps in a row within a round", DefaultValueFactory = _ => 1 };
        var merging = new Option<double>("--token-merging") { Description = "Also time a plain step that merges this share of tokens, 0 to 0.75" };
        var tiling = new Option<bool>("--vae-tiling") { Description = "Also time decoding in tiles" };
        var quick = new Option<bool>("--quick") { Description = "Under a minute: fewer rounds, and opening the model is not timed" };
        var accuracy = new Option<bool>("--accuracy") { Description = "Instead of times: the relative error of one U-Net output against fp32" };
        var scratch = new Option<string?>("--scratch") { Description = "Folder for the 2 to 4 GB of files whose opening is timed; they are deleted (default: the system's)" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("bench", "Time a model against the machine's measured peak")
        {
            model, dtype, device, size, methods, instances, repeats, steps, merging, tiling, quick, accuracy, scratch, json,
        };
        command.SetAction(parsed =>
        {
            Device place = Device.Parse(parsed.GetRequiredValue(device));
            string name = parsed.GetRequiredValue(model);
            bool isQuick = parsed.GetValue(quick);
            var settings = new BenchSettings
            {
                Model = name == FullSize ? null : context.Models.Find(name),
                DType = Precision.Parse(parsed.GetRequiredValue(dtype), place),
                Device = place,
                Side = parsed.GetValue(size),
                Methods = parsed.GetRequiredValue(methods).Split(','),
                Instances = [.. parsed.GetRequiredValue(instances).Split(',').Select(Number)],
                Rounds = isQuick
                    ? new Rounds(1, parsed.GetValue(repeats) ?? 3, parsed.GetValue(steps), TimeSpan.FromSeconds(20))
                    : new Rounds(3, parsed.GetValue(repeats) ?? 10, parsed.GetValue(steps)),
                DecodeRounds = isQuick ? new Rounds(0, 1) : new Rounds(1, Math.Min(5, parsed.GetValue(repeats) ?? 5)),
                TokenMerging = parsed.GetValue(merging),
                VaeTiling = parsed.GetValue(tiling),
                Load = !isQuick,
                Scratch = parsed.GetValue(scratch) ?? Path.GetTempPath(),
                Threads = context.Threads,
            };
            return parsed.GetValue(accuracy) ? CheckAccuracy(settings, parsed.GetValue(json), context) : Measure(settings, parsed.GetValue(json), context);
        });
        return command;
    }

    private static int Measure(BenchSettings settings, bool asJson, CommandContext context)
    {
        IProgressDisplay display = ProgressDisplays.For(context);
        BenchReport report = new BenchRun(settings, context.Time, (title, work) => display.Show(title, progress =>
        {
            work(progress);
            return ExitCodes.Done;
        })).Execute(context.Cancellation);
        if (asJson)
        {
            context.Output.WriteLine(BenchJson.Text(report));
        }
        else
        {
            BenchMarkdown.Write(report, context.Output);
        }
        return ExitCodes.Done;
    }

    private static int CheckAccuracy(BenchSettings settings, bool asJson, CommandContext context)
    {
        if (settings.DType == DType.Float32)
        {
            throw new ArgumentException("--accuracy compares a type with fp32: name bf16 or fp16 by --dtype");
        }
        UNetConfig config = settings.Model is { } located ? UNetConfig.Read(new ModelFolder(located.Folder).In("unet", "config.json")) : new UNetConfig();
        AccuracyCheck check = ProgressDisplays.For(context).Show(
            "U-Net in fp32, then in the other type",
            progress => AccuracyCheck.Measure(config, settings.DType, settings.Device, progress: progress, cancellation: context.Cancellation));
        if (asJson)
        {
            context.Output.WriteLine(BenchJson.Text(check));
        }
        else
        {
            BenchMarkdown.Write(check, context.Output);
        }
        return check.Relative < AccuracyCheck.Wanted ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ArgumentException($"--instances: '{text}' is not a number");
}
