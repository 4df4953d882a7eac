using Radl.Cli.Commands;
using Radl.Cli.Terminal;
using Radl.Diffusion.Models;
using Radl.Evaluation.Clip;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Suites;
using Radl.Layout.Methods;
using Radl.Torch;

namespace Radl.Cli.Evaluation;

/// <summary>One run of <c>evaluate toybox</c>.</summary>
internal sealed class EvaluateRun(EvaluateOptions options, CommandContext context)
{
    private const int UsualScenes = 800;
    private const int UsualDrawScenes = 801;
    private const int QuickScenes = 60;
    private const int QuickDrawScenes = 40;
    private const int ClipScenes = 200;
    private const int CpuBatch = 8;
    private const int GpuBatch = 32;
    private const int UsualVariantScenes = 200;
    private const int QuickVariantScenes = 40;
    private const int UsualCrowdScenes = 40;
    private const int QuickCrowdScenes = 8;

    private readonly Device _device = Device.Parse(options.Device);

    /// <summary>Draws, measures, reports.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public int Run()
    {
        if (options.World is not ("toybox" or "clip"))
        {
            throw new ArgumentException($"'{options.World}' cannot be measured: toybox and clip are what there is");
        }
        var folder = new ModelFolder(context.Models.Find(options.Model).Folder);
        if (options.World == "clip")
        {
            return ClipEvaluation.Run(folder.Path, options.Scenes ?? ClipScenes, context);
        }
        ToyboxSuite suite = SuiteOf(folder);
        IReadOnlyList<Study> studies = suite.Of(options.Suite);
        int threads = TorchRuntime.Threads;
        // A worker's ops are one-threaded unless the user said otherwise: batches side by side are faster than threads within a batch.
        TorchRuntime.Threads = context.Threads ?? 1;
        try
        {
            using var studio = new PictureStudio(folder.Path, DType.BFloat16, _device);
            return Run(suite, studies, studio);
        }
        finally
        {
            TorchRuntime.Threads = threads;
        }
    }

    private int Run(ToyboxSuite suite, IReadOnlyList<Study> studies, PictureStudio studio)
    {
        int workers = options.Workers ?? (_device.IsCpu ? Math.Max(1, Environment.ProcessorCount / (context.Threads ?? 1)) : 1);
        string clipFolder = suite.Model.In(ModelFolder.Clip);
        using ToyClipScores? clip = Directory.Exists(clipFolder) ? ToyClipScores.Open(suite.Model.Path, _device) : null;
        if (clip is null)
        {
            context.Warn($"{clipFolder} is not there: the report has no CLIP scores and no FID");
        }
        var run = new SuiteRun(studio, options.Out, context.Time)
        {
            Shard = options.Shard,
            Workers = workers,
            Clip = clip,
            Restart = options.Restart,
            Progress = new RunLines(context.Error, context.IsInteractive),
        };
        if (run.Run(studies, context.Cancellation) is not { } results)
        {
            context.Output.WriteLine(FormattableString.Invariant(
                $"shard {options.Shard.Index + 1} of {options.Shard.Count} is drawn; the report comes with the last shard, or from the same command without one"));
            return ExitCodes.Done;
        }
        // The adapter that the attention maps need is the model's own.
        bool hasAttention = suite.Methods.Any(method => method.Name == LayoutMethods.Radl && method.Adapters[0] == suite.Model.Adapter(LayoutMethods.Radl));
        PictureTable[] attention = hasAttention
            ? [AttentionPages.Draw(suite.Model.Path, DType.BFloat16, suite.Layouts, suite.Sampling, context.Cancellation)]
            : [];
        IReadOnlyList<KeyValuePair<string, string>> header = ReportHeader.Of(options, suite, studio, results, workers);
        foreach (string path in ReportFiles.Write(options.Out, SuiteReport.Of("Toybox: measured", header, studies, results, attention)))
        {
            context.Output.WriteLine(path);
        }
        return ExitCodes.Done;
    }

    private ToyboxSuite SuiteOf(ModelFolder folder)
    {
        Require(options.Scenes is null or >= 1, "--scenes", "at least one");
        Require(options.VariantScenes is null or >= 1, "--variant-scenes", "at least one");
        Require(options.Batch is null or (>= 1 and <= 1024), "--batch", "1 to 1024");
        Require(options.Workers is null or (>= 1 and <= 256), "--workers", "1 to 256");
        if (options.Restart && options.Shard.Count > 1)
        {
            throw new ArgumentException("--restart: one shard would throw away the pictures of another; restart without a shard first");
        }
        var sampling = new SamplingChoices
        {
            Steps = options.Steps,
            ControlSteps = options.ControlSteps ?? (options.Steps + 1) / 2,
            Guidance = options.Guidance ?? folder.Guidance ?? 7.5,
            Scheduler = options.Scheduler,
        };
        sampling.Check();
        return new ToyboxSuite
        {
            Model = folder,
            Methods = [.. MethodChoice.Parse(options.Methods ?? ["sd", .. UsualAdapters(folder)], folder, options.AllSeeds)
                .Select(method => options.ControlSteps is null ? method.WithItsShare(options.Steps) : method)],
            Scenes = options.Scenes ?? (options.Quick ? QuickScenes : UsualScenes),
            DrawScenes = options.Scenes ?? (options.Quick ? QuickDrawScenes : UsualDrawScenes),
            CrowdScenes = options.Quick ? QuickCrowdScenes : UsualCrowdScenes,
            VariantScenes = options.VariantScenes ?? (options.Quick ? QuickVariantScenes : UsualVariantScenes),
            MinInstances = options.MinInstances,
            MaxInstances = options.MaxInstances,
            Batch = options.Batch ?? (_device.IsCpu ? CpuBatch : GpuBatch),
            Sampling = sampling,
        };
    }

    private static IEnumerable<string> UsualAdapters(ModelFolder folder) => new[] { "migc", "radl" }.Intersect(folder.Adapters(), StringComparer.Ordinal);

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{option}: {rule}");
        }
    }
}
