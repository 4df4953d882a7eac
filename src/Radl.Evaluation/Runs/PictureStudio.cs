using System.Globalization;
using Radl.Diffusion.Models;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;
using Radl.Toybox.Drawing;
using Radl.Training.Stages;
using Radl.Training.Stages.Conditions;

namespace Radl.Evaluation.Runs;

/// <summary>Makes the pictures of batches with one model. Several threads may draw at once; adapters are opened by one.</summary>
public sealed class PictureStudio : IDisposable
{
    private static readonly string[] ModelParts = ["scheduler", "text_encoder", "tokenizer", "unet", "vae"];

    private readonly ModelFolder _folder;
    private readonly DType _dtype;
    private readonly FrozenModel _model;
    private readonly ToyConditions _conditions;
    private readonly string _hash;

    /// <summary>Opens a model folder.</summary>
    /// <param name="folder">In diffusers' layout.</param>
    /// <param name="dtype">Type of the weights.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken.</exception>
    public PictureStudio(string folder, DType dtype, Device device)
    {
        _folder = new ModelFolder(folder);
        _dtype = dtype;
        _hash = Fingerprint.HashFiles(folder, ModelParts.SelectMany(part => Directory.GetFiles(_folder.In(part))));
        _model = new FrozenModel(folder, dtype, device);
        _conditions = new ToyConditions(_model);
        Side = _model.Unet.Config.SampleSize * _model.Vae.Config.Factor;
    }

    /// <summary>Side of the pictures in pixels.</summary>
    public int Side { get; }

    /// <summary>SHA-256 over the model's files, adapters left out.</summary>
    public string ModelHash => _hash;

    /// <summary>Everything that decides the pictures of an arm on a set.</summary>
    /// <param name="set">The scenes.</param>
    /// <param name="arm">Who makes the pictures.</param>
    /// <param name="threads">Threads of an op: they decide the order of sums.</param>
    public Fingerprint FingerprintOf(SceneSet set, Arm arm, int threads)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(arm);
        var entries = new List<KeyValuePair<string, string>>
        {
            new("version", PictureRecipe.ProgramVersion),
            new("scenes", set.Definition),
            new("batch", set.Batch.ToString(CultureInfo.InvariantCulture)),
            new("source", arm.Source.ToString().ToLowerInvariant()),
        };
        if (arm.Source != PictureSource.Drawn)
        {
            entries.AddRange(
            [
                new("model", _hash), new("type", Precision.NameOf(_dtype)), new("device", _model.Device.IsCpu ? TorchRuntime.CpuCapability : "cuda"),
                new("threads", threads.ToString(CultureInfo.InvariantCulture)), new("libtorch", TorchRuntime.Version),
            ]);
        }
        if (arm.Source == PictureSource.Model)
        {
            entries.AddRange(arm.Sampling.Describe());
            if (arm.TrainingFree is { } method)
            {
                entries.Add(new("method", method));
            }
            entries.Add(new("adapter", arm.Adapter is null ? "none" : Fingerprint.HashFiles(arm.Adapter, Directory.GetFiles(arm.Adapter))));
        }
        return Fingerprint.Of(entries);
    }

    /// <summary>Opens what an arm needs beyond the model; null for nothing. The caller disposes it after the arm's last batch.</summary>
    public LayoutMethod? OpenMethod(Arm arm)
    {
        ArgumentNullException.ThrowIfNull(arm);
        if (arm.Adapter is null)
        {
            return arm.TrainingFree is { } method ? LayoutMethods.TrainingFree(method, _model.Unet, _model.Vae) : null;
        }
        return arm.Sampling.MutedRelation
            ? RadlAdapter.OpenMuted(arm.Adapter, _dtype, _model.Device)
            : LayoutAdapter.Open(arm.Adapter, _dtype, _model.Device);
    }

    /// <summary>Makes pictures.</summary>
    /// <param name="arm">How.</param>
    /// <param name="method">What <see cref="OpenMethod"/> gave for the arm.</param>
    /// <param name="requests">The batch.</param>
    /// <param name="stepDone">Called after every denoising step, or null.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <returns>RGB bytes [requests, side, side, 3].</returns>
    public byte[] Draw(Arm arm, LayoutMethod? method, IReadOnlyList<SceneRequest> requests, Action? stepDone, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(arm);
        ArgumentNullException.ThrowIfNull(requests);
        cancellation.ThrowIfCancellationRequested();
        switch (arm.Source)
        {
            case PictureSource.Drawn:
                return [.. requests.SelectMany(request => ToyRenderer.Render(request.Scene, Side))];
            case PictureSource.Codec:
                using (Autograd.NoGrad())
                using (TensorScope.Enter())
                {
                    Tensor images = ToyTensors.Images((_, i) => requests[(int)i].Scene, 0, 0, requests.Count, Side).To(_model.Device);
                    return ToyTensors.ToPixels(_model.Vae.Decode(_model.Vae.Encode(images).Mean));
                }
            case PictureSource.Model:
                return Sample(arm.Sampling, method, requests, stepDone, cancellation);
            default:
                throw new InvalidOperationException($"{arm.Source} is no source of pictures");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _conditions.Dispose();
        _model.Dispose();
    }

    private byte[] Sample(SamplingChoices choices, LayoutMethod? method, IReadOnlyList<SceneRequest> requests, Action? stepDone, CancellationToken cancellation)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        int count = requests.Count;
        bool isGuided = choices.Guidance != 1;
        Tensor hidden = _model.Encode([.. Enumerable.Repeat("", count), .. requests.Select(request => request.Prompt)]);
        TextContext text = _model.Unet.BindText(isGuided ? hidden : hidden.Narrow(0, count, count));
        using IBoundMethod? bound = method?.Bind(
            ConditionsOf(choices, requests, hidden, method.Needs),
            new LayoutBinding { UnconditionalRows = isGuided ? count : 0, ControlSteps = choices.ControlSteps, Guidance = choices.Guidance });
        ulong[] seeds = [.. requests.Select(request => request.Scene.Seed)];
        bound?.Begin(seeds);
        IScheduler scheduler = SolverNames.Apply(_model.Scheduler, choices.Scheduler).CreateScheduler(choices.Steps);
        var sampler = new Sampler(scheduler, bound?.Composition ?? new ClassifierFreeGuidance(_model.Unet, text, choices.Guidance))
        {
            Control = bound is null ? null : bound.ForStep,
            Guidance = bound?.Guidance,
            Observer = stepDone is null ? null : (_, _) => stepDone(),
        };
        int grid = _model.Unet.Config.SampleSize;
        // A picture's noise is its own, so it is the same whatever stands beside it.
        using var noise = new LatentNoise(seeds, (int)_model.Unet.Config.InChannels, grid, grid, _model.Device);
        Tensor latents = sampler.Sample(noise, progress: null, cancellation);
        return ToyTensors.ToPixels(_model.Vae.Decode(latents / _model.Vae.Config.ScalingFactor));
    }

    private LayoutConditions ConditionsOf(SamplingChoices choices, IReadOnlyList<SceneRequest> requests, Tensor hidden, MethodNeeds needs)
    {
        int count = requests.Count;
        string[] texts = [.. requests.Select(choices.RelationOf)];
        Tensor verbs = _model.Encode(texts);
        return _conditions.Of([.. requests.Select(request => request.Scene)], hidden.Narrow(0, count, count), Side) with
        {
            Negative = hidden.Narrow(0, 0, 1),
            Verbs = LayoutConditions.VerbStates(verbs),
            HasVerbs = [.. texts.Select(text => text.Length > 0)],
            Places = needs.Places ? [.. requests.SelectMany(request => TokenPlaces.Find(_model.Prompts.Tokenizer, request.Prompt, [.. request.Scene.Instances.Select(instance => instance.Label)]).Places)] : null,
        };
    }
}
