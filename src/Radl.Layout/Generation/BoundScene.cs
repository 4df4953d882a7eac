using Radl.Diffusion.Attention;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Models;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Generation;

/// <summary>A scene with everything that does not depend on the seed: texts encoded, keys and values made, regions laid out.</summary>
/// <remarks>A picture depends on its seed alone, not on the pictures drawn before it.</remarks>
public sealed class BoundScene : IDisposable
{
    private readonly DiffusionModel _model;
    private readonly LayoutMethod? _method;
    private readonly LayoutConditions? _conditions;
    private readonly List<Tensor> _owned = [];
    private readonly TextContext _context;
    private readonly IBoundMethod? _bound;
    private readonly IScheduler _scheduler;
    private readonly SceneVerbs _verbs;
    private readonly UNetOptions _options;

    internal BoundScene(DiffusionModel model, LayoutMethod? method, Scene scene, GenerationSettings settings)
    {
        _model = model;
        _method = method;
        Settings = settings;
        Scene = scene with { Width = scene.Width ?? model.NativeSide, Height = scene.Height ?? model.NativeSide };
        _scheduler = SolverNames.Apply(model.Scheduler, settings.Scheduler).CreateScheduler(settings.Steps);
        _verbs = method is { Needs.Verbs: true } ? SceneVerbs.Of(scene) : new SceneVerbs([]);
        _options = new UNetOptions { Merging = settings.TokenMerging > 0 ? new TokenMerging(settings.TokenMerging) : null };
        var instances = new InstanceTexts(scene, method?.Needs);
        string[] texts = [instances.Negative, scene.Prompt, .. instances.Negatives];
        TokenPlaces? places = method is { Needs.Places: true } ? TokenPlaces.Find(model.Tokenizer, scene.Prompt, [.. scene.Instances.Select(instance => instance.Label)]) : null;
        Warnings = [.. SceneWarnings.Of(Scene, instances, _verbs, method is not null, model.Tokenizer), .. places?.Warnings ?? []];

        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var construction = Construction.Begin();
        var encoded = new SceneTexts(model, method is null ? texts : [.. texts, _verbs.Text, .. instances.Labels]);
        _context = model.Unet.BindText(ClassifierFreeGuidance.ContextRows(encoded.Hidden(instances.Negative), encoded.Hidden(scene.Prompt), settings.Guidance)).Keep();
        if (method is not null)
        {
            _conditions = Own(SceneConditions.Of(scene, scene.Prompt, instances, _verbs, encoded, (Scene.Width.Value, Scene.Height.Value), model.Vae.Config.Factor, method.Needs) with { Places = places?.Places });
            _bound = BindMethod(null);
        }
        construction.Done();
    }

    /// <summary>The scene, with width and height filled in from the model where it has none.</summary>
    public Scene Scene { get; }

    /// <summary>The settings.</summary>
    public GenerationSettings Settings { get; }

    /// <summary>What a user should know: texts that are cut off, more instances than usual, regions without a pixel. One sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Draws the picture of a seed.</summary>
    /// <param name="seed">At least 0.</param>
    /// <param name="request">What else is wanted; null for the picture alone.</param>
    /// <param name="progress">Told after every step, on this thread.</param>
    /// <param name="cancellation">Ends within one step.</param>
    /// <exception cref="OperationCanceledException">Cancelled; all tensors of the run are freed.</exception>
    public DrawnPicture Draw(long seed, DrawRequest? request = null, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        // Maps are sums over the steps of one picture, so a run that records them has a binding of its own.
        using LayoutAttentionMaps? maps = request?.AttentionMaps is true && _bound is not null ? new LayoutAttentionMaps() : null;
        using IBoundMethod? recording = maps is null ? null : BindMethod(maps);
        IBoundMethod? bound = recording ?? _bound;
        bound?.Begin([(ulong)seed]);
        HeatMapRecorder? recorder = maps is null || request!.AttentionEvery == 0 ? null : new HeatMapRecorder(maps, () => SceneHeatMaps.Of(maps, Scene, _verbs, _model.Tokenizer), request.AttentionEvery);
        var sampler = new Sampler(_scheduler, bound?.Composition ?? new ClassifierFreeGuidance(_model.Unet, _context, Settings.Guidance, _options))
        {
            Control = bound is null ? null : bound.ForStep,
            Guidance = bound?.Guidance,
            Observer = request is null ? null : (done, latents) =>
            {
                request.Preview?.Invoke(done, Decode(Shown(latents, done)));
                Show(request.Latents, latents, done);
                recorder?.AfterStep(done - 1);
            },
        };
        int factor = _model.Vae.Config.Factor;
        using var noise = new LatentNoise([(ulong)seed], _model.Unet.Config.InChannels, Scene.Height!.Value / factor, Scene.Width!.Value / factor, _model.Device);
        Tensor latents = sampler.Sample(noise, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        RgbImage image = Decode(latents);
        return new DrawnPicture(image, seed, maps is null ? [] : SceneHeatMaps.Of(maps, Scene, _verbs, _model.Tokenizer)) { Frames = recorder?.Frames ?? [] };
    }

    /// <summary>What a picture of this scene was made of, as this process computes now.</summary>
    /// <param name="model">The model's name, by which it is found again.</param>
    /// <param name="weightsHash">SHA-256 of its weights, <see cref="SceneGenerator.HashFor"/>.</param>
    /// <param name="seed">The picture's seed.</param>
    public PictureRecipe RecipeOf(string model, string weightsHash, long seed) => new()
    {
        Model = model,
        WeightsHash = weightsHash,
        Threads = TorchRuntime.Threads,
        DType = Precision.NameOf(_model.DType),
        Device = _model.Device.IsCpu ? "cpu" : "cuda",
        Seed = seed,
        Settings = Settings,
        Scene = Scene with { Seed = seed },
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _options.Merging?.Dispose();
        _bound?.Dispose();
        _context.Dispose();
        foreach (Tensor tensor in _owned)
        {
            tensor.Dispose();
        }
    }

    private IBoundMethod BindMethod(LayoutAttentionMaps? maps)
    {
        using var construction = Construction.Begin();
        return construction.Done(_method!.Bind(_conditions!, new LayoutBinding
        {
            UnconditionalRows = Settings.Guidance == 1 ? 0 : 1,
            ControlSteps = Settings.ResolvedControlSteps,
            Guidance = Settings.Guidance,
            Options = _options,
            Maps = maps,
        }));
    }

    private LayoutConditions Own(LayoutConditions conditions)
    {
        Tensor?[] tensors = [conditions.Prompts, conditions.Negative, conditions.InstanceNegatives, conditions.Labels, conditions.Pooled, conditions.Verbs, conditions.Masks, conditions.Background];
        _owned.AddRange(tensors.OfType<Tensor>().Select(tensor => tensor.Keep()));
        return conditions;
    }

    // Between the steps latents carry noise on the solver's scale; the model's input scale is that of the VAE.
    private Tensor Shown(Tensor latents, int done) => done < _scheduler.Timesteps.Count ? _scheduler.ScaleInput(latents, done) : latents;

    private void Show(Action<int, Tensor>? observer, Tensor latents, int done)
    {
        if (observer is not null)
        {
            using var scope = TensorScope.Enter();
            observer(done, Shown(latents, done));
        }
    }

    private RgbImage Decode(Tensor latents)
    {
        using var scope = TensorScope.Enter();
        Tensor bytes = LatentPictures.ToBytes(LatentPictures.Decode(_model.Vae, latents, Settings.VaeTiling ? new VaeTiling() : null));
        return new RgbImage((int)bytes.Size(2), (int)bytes.Size(1), bytes.ToArray<byte>());
    }
}
