using System.Security.Cryptography;
using Radl.Cli.Terminal;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Lora;
using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Cli.Generation;

/// <summary>One run of <c>generate</c>: scene after scene with one model, each scene's failure its own.</summary>
internal sealed class GenerateRun(GenerateOptions options, CommandContext context) : IDisposable
{
    private readonly IProgressDisplay _display = ProgressDisplays.For(context);
    private OpenModel? _model;
    private int? _threadsBefore;

    /// <summary>Draws everything.</summary>
    /// <returns>An exit code: of a single scene its own, of several 1 when one failed.</returns>
    public int Run()
    {
        bool isSingle = SceneJob.IsSingle(options.Scenes);
        var paths = new OutputPaths(options.Out, isSingle);
        int worst = ExitCodes.Done;
        foreach (SceneJob job in SceneJob.Read(options.Scenes))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (Try(job, paths) is { } error)
            {
                int code = ErrorReport.Write(context.Error, error, options.Verbose, job.Source);
                worst = isSingle ? code : ExitCodes.Failed;
            }
        }
        return worst;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model?.Dispose();
        if (_threadsBefore is { } threads)
        {
            TorchRuntime.Threads = threads;
        }
    }

    private Exception? Try(SceneJob job, OutputPaths paths)
    {
        if (job.Error is not null)
        {
            return job.Error;
        }
        try
        {
            Draw(job, job.Scene!, paths);
            return null;
        }
        catch (Exception error) when (ErrorReport.IsOrdinary(error))
        {
            return error;
        }
    }

    private void Draw(SceneJob job, Scene scene, OutputPaths paths)
    {
        GenerationSettings settings = options.SettingsFor(job.Recipe);
        settings.Validate();
        long first = options.Seed ?? job.Recipe?.Seed ?? scene.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        if (first < 0 || first > long.MaxValue - options.Count)
        {
            throw new ArgumentException(FormattableString.Invariant($"seed ({first}) must lie in [0, {long.MaxValue - options.Count}]"));
        }
        OpenModel model = ModelFor(options.ModelFor(job.Recipe));
        model.Use(options.LorasFor(job.Recipe));
        WarnOfOtherLoras(job, model.Loras);
        if (options.Guidance is null && job.Recipe is null && model.Generator.Model.Folder.Guidance is { } suited)
        {
            settings = settings with { Guidance = suited };
        }
        Task<string> hash = model.Generator.HashFor(settings.Method);
        SetThreads(job, scene, model.Generator);
        using BoundScene bound = model.Generator.Bind(scene, settings);
        foreach (string warning in bound.Warnings)
        {
            context.Warn($"{job.Source}: {warning}");
        }
        for (int i = 0; i < options.Count; i++)
        {
            long seed = first + i;
            int? number = options.Count == 1 ? null : i + 1;
            string path = paths.For(job, number);
            string title = number is null ? job.Name : FormattableString.Invariant($"{job.Name} {number}/{options.Count}");
            DrawnPicture picture = _display.Show(title, progress => bound.Draw(seed, RequestFor(path), progress, context.Cancellation));
            PictureRecipe recipe = bound.RecipeOf(model.Name, hash.GetAwaiter().GetResult(), seed) with { Loras = model.Loras };
            WarnOfOtherWeights(job, recipe);
            Write(path, picture, recipe);
        }
    }

    private OpenModel ModelFor(ModelChoice choice)
    {
        if (_model is null || _model.Choice != choice)
        {
            _model?.Dispose();
            _model = null;
            _model = new OpenModel(choice, context.Models);
        }
        return _model;
    }

    // A picture that is made again needs the threads that it was made with; else the work decides, unless the user did.
    private void SetThreads(SceneJob job, Scene scene, SceneGenerator generator)
    {
        _threadsBefore ??= TorchRuntime.Threads;
        TorchRuntime.Threads = job.Recipe?.Threads ?? context.Threads ?? generator.ThreadsFor(scene, _threadsBefore.Value);
    }

    private DrawRequest RequestFor(string path)
    {
        if (!options.SaveSteps)
        {
            return new DrawRequest { AttentionMaps = options.AttentionMaps };
        }
        string folder = Path.ChangeExtension(path, ".steps");
        Directory.CreateDirectory(folder);
        return new DrawRequest
        {
            AttentionMaps = options.AttentionMaps,
            Preview = (step, image) => PngWriter.Write(Path.Combine(folder, FormattableString.Invariant($"step-{step:D3}.png")), image),
        };
    }

    private void WarnOfOtherWeights(SceneJob job, PictureRecipe recipe)
    {
        if (job.Recipe is { } original && options.Model is null && original.WeightsHash != recipe.WeightsHash)
        {
            context.Warn($"{job.Source} was made with other weights of '{original.Model}'; the picture will differ");
        }
    }

    private void WarnOfOtherLoras(SceneJob job, IReadOnlyList<LoraUse> merged)
    {
        if (job.Recipe is not { } original || options.Loras.Count > 0)
        {
            return;
        }
        foreach ((LoraUse then, LoraUse now) in original.Loras.Zip(merged).Where(pair => pair.First.Hash != pair.Second.Hash))
        {
            context.Warn($"{job.Source} was made with another {then.File}, of SHA-256 {then.Hash}; it is {now.Hash} now, and the picture will differ");
        }
    }

    private void Write(string path, DrawnPicture picture, PictureRecipe recipe)
    {
        Save(path, picture.Image, recipe);
        if (options.Overlay)
        {
            Save(Path.ChangeExtension(path, ".overlay.png"), SceneOverlay.Picture(picture.Image, recipe.Scene), recipe);
        }
        if (!options.AttentionMaps)
        {
            return;
        }
        if (picture.HeatMaps.Count == 0)
        {
            string method = recipe.Settings.Method;
            context.Warn(LayoutMethods.Of(method).HasAttentionMaps
                ? $"{path}: no attention maps, because no instance was under control"
                : $"{path}: no attention maps: {method} records none");
            return;
        }
        Save(Path.ChangeExtension(path, ".attention.png"), SceneHeatMaps.Picture(picture.Image, picture.HeatMaps), recipe);
    }

    private void Save(string path, RgbImage image, PictureRecipe recipe)
    {
        PngWriter.Write(path, image, [recipe.ToText()]);
        context.Output.WriteLine(path);
    }
}
