using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Toybox.Text;
using Radl.Toybox.World;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages.Conditions;
using Radl.Training.Stages.Data;
using Radl.Training.Stages.Probe;

namespace Radl.Training.Stages.Adapter;

/// <summary>
/// Trains a method's adapter on the frozen base: labels, boxes and verbs of drawn scenes, all instances in one batch. Scenes,
/// time steps and noise come from the seed alone, so that every method sees the same.
/// </summary>
public sealed class AdapterStage : ITrainingStage
{
    private const int SceneSize = 128;

    private const int RegionMultiple = 16;

    // Streams of the seed that must not repeat each other.
    private const ulong TimeStream = 0x41444154;
    private const ulong NoiseStream = 0x41444E4F;
    private const ulong ProbeStream = 0x41445052;
    private const ulong LayoutStream = 0x41444C41;
    private const ulong PromptStream = 0x41445650;

    private readonly TrainingConfig _config;
    private readonly FrozenModel _model;
    private readonly ToyConditions _conditions;
    private readonly LatentCache _scenes;
    private readonly EqualCounts _equalCounts;
    private readonly LayoutAdapter _adapter;
    private readonly NoiseSchedule _noise;
    private readonly CellProbe? _probe;
    private readonly Dictionary<string, Tensor> _parameters;

    /// <summary>Makes a fresh adapter over the model folder's base.</summary>
    public AdapterStage(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        var device = Device.Parse(config.Device);
        DType dtype = ToyTensors.Parse(config.Dtype);
        _model = new FrozenModel(config.Model, dtype, device);
        _conditions = new ToyConditions(_model);
        _noise = _model.Scheduler.CreateNoiseSchedule();
        var sampler = new ToyScenes(new ToySceneOptions { CountWeights = config.Data.CountWeights });
        string identity = $"{LatentCache.IdentityOf(config.Model)} scenes {string.Join(' ', config.Data.CountWeights)}";
        _scenes = new LatentCache(Path.Combine(config.Run, "..", "latents"), identity, _model.Vae, sampler.Sample, config.Seed, config.Data.Scenes, SceneSize);
        _equalCounts = new EqualCounts(config.Seed, config.Data.Scenes, _scenes.Scene);
        _adapter = TrainedAdapter.Of(config, _model.Unet, dtype, device);
        _probe = config.ProbeWeight > 0 ? new CellProbe(_model.Unet.Config, config.Seed ^ ProbeStream, dtype, device) : null;
        _parameters = _adapter.Parameters.Concat(_probe is null ? [] : _probe.Parameters).ToDictionary(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <inheritdoc/>
    public StepLoss Loss(long step, long firstSample, int count)
    {
        using var scope = TensorScope.Enter();
        long[] indices = _equalCounts.Of(step, firstSample, count);
        ToyScene[] scenes = indices.Select(_scenes.Scene).ToArray();
        Tensor clean = _scenes.Get(indices).To(_model.Device);
        var times = new long[count];
        for (int i = 0; i < count; i++)
        {
            times[i] = Timesteps.Draw(new ToyRandom(_config.Seed ^ TimeStream, (ulong)(firstSample + i)), _noise.TrainTimesteps, _config.Data.TimestepPower);
        }
        using var generator = new Generator(new ToyRandom(_config.Seed ^ NoiseStream, (ulong)firstSample).Next());
        Tensor noise = Tensor.Randn(clean.Shape, generator).To(_model.Device);
        Tensor noisy = _noise.AddNoise(clean, noise, times);
        Tensor target = _noise.Velocity(clean, noise, times);

        Tensor prompts;
        TextContext text;
        using (Autograd.NoGrad())
        {
            prompts = _model.Encode(scenes.Select((scene, i) => PromptOf(scene, firstSample + i)).ToArray());
            text = _model.Unet.BindText(prompts);
        }
        // The references shuffle the fusion's middle slots at every call. Here they keep their order, in training as in pictures: a
        // picture then depends on its seed alone, and the slots that scenes of up to six instances use are all trained.
        LayoutConditions conditions = _conditions.Of(scenes, prompts, SceneSize);
        conditions = _config.RelationText switch
        {
            "prompt" => conditions with { Verbs = VerbStates(scenes.Select(scene => scene.Prompt)), HasVerbs = null },
            "roles" => conditions with { Verbs = VerbStates(scenes.Select(ToyCaption.Relation)) },
            _ => conditions,
        };
        // One draw for the step's whole batch, whatever shares it is worked on in.
        if (_config.Method == LayoutMethods.Gligen && new ToyRandom(_config.Seed ^ LayoutStream, (ulong)step).Chance(_config.EmptyLayouts))
        {
            conditions = conditions.WithoutInstances();
        }
        using IBoundMethod bound = _adapter.Bind(conditions, new LayoutBinding { RegionMultiple = RegionMultiple });
        using GroundingGuide? guide = _config.GroundingWeight > 0 && bound is BoundGligen gligen ? new GroundingGuide(gligen, conditions.Counts, conditions.Boxes) : null;
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Tensor predicted = _model.Unet.Forward(noisy, Tensor.From<long>(times, count).To(_model.Device), text, guide ?? bound.ForStep(0), _probe?.Listen(features), new UNetOptions { Checkpoint = _config.GradientCheckpointing });
        Tensor loss = (predicted - target).Square().Mean();
        var figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["loss_velocity"] = loss.Detach().Item() };
        if (guide is not null)
        {
            loss += guide.Loss(figures) * _config.GroundingWeight;
        }
        if (_probe is not null)
        {
            loss += _probe.Loss(features, scenes, _scenes.RowShare, figures, "scenes") * _config.ProbeWeight;
        }
        return new StepLoss(scope.Return(loss), figures);
    }

    /// <inheritdoc/>
    public void WriteSamples(string path, CancellationToken cancellation = default)
    {
        const int Count = 16;
        const int Steps = 30;
        using var scope = TensorScope.Enter();
        var held = new ToyScenes();
        ToyScene[] scenes = Enumerable.Range(0, Count).Select(i => held.Sample(ToyTensors.HeldOutSeed, i)).ToArray();
        Tensor images = ToySampler.Sample(_model, scenes, _conditions, _adapter, SceneSize, Steps, controlSteps: Steps, guidance: 5, seed: 7, cancellation);
        Tensor drawn = ToyTensors.Images(held.Sample, ToyTensors.HeldOutSeed, 0, Count, SceneSize).To(images.Device, images.DType);
        Tensor[] halves = images.Chunk(2, 0);
        Tensor[] truths = drawn.Chunk(2, 0);
        ToyTensors.WriteGrid(path, Tensor.Cat([truths[0], halves[0], truths[1], halves[1]], 0), columns: Count / 2);
    }

    /// <inheritdoc/>
    public void Export(IReadOnlyDictionary<string, Tensor> weights) =>
        _adapter.Save(
            TrainedAdapter.FolderOf(_config), weights.Where(pair => !CellProbe.Owns(pair.Key)).ToDictionary(StringComparer.Ordinal), DType.BFloat16);

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        _adapter.Dispose();
        _scenes.Dispose();
        _conditions.Dispose();
        _model.Dispose();
    }

    // A draw of the sample's own, so that shares and resumed runs agree.
    private string PromptOf(ToyScene scene, long sample) =>
        new ToyRandom(_config.Seed ^ PromptStream, (ulong)sample).Chance(_config.Data.VerblessPrompts) ? ToyCaption.Listing(scene) : scene.Prompt;

    private Tensor VerbStates(IEnumerable<string> texts) => LayoutConditions.VerbStates(_model.Encode([.. texts]));
}
