using Radl.Diffusion.Models;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Tokenizer;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Toybox.Text;
using Radl.Toybox.World;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages.Data;
using Radl.Training.Stages.Probe;

namespace Radl.Training.Stages.Base;

/// <summary>Trains the U-Net and the text encoder together to predict the velocity, from scenes, pairs and crops of one object.</summary>
public sealed class BaseStage : ITrainingStage
{
    private const int SceneSize = 128;
    private const int CropSize = 64;
    // Above it instances outgrow their boxes once the control has ended.
    private const double UsualGuidance = 3;

    // Streams of the seed that must not repeat each other.
    private const ulong TimeStream = 0x54494D45;
    private const ulong DropStream = 0x44524F50;
    private const ulong NoiseStream = 0x4E4F4953;
    private const ulong KindStream = 0x4B494E44;
    private const ulong ProbeStream = 0x50524F42;

    private readonly TrainingConfig _config;
    private readonly AutoencoderKl _vae;
    private readonly UNet2DCondition _unet;
    private readonly ClipTextModel _text;
    private readonly PromptEncoder _prompts;
    private readonly LatentCache _scenes;
    private readonly LatentCache _crops;
    private readonly LatentCache _pairs;
    private readonly NoiseSchedule _noise;
    private readonly SchedulerConfig _scheduler;
    private readonly CellProbe? _probe;
    private readonly Dictionary<string, Tensor> _parameters;
    private readonly Device _device;

    /// <summary>Makes a fresh U-Net and text encoder over the model folder's codec.</summary>
    public BaseStage(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _device = Device.Parse(config.Device);
        DType dtype = ToyTensors.Parse(config.Dtype);
        UNetConfig unet = config.Unet ?? throw new InvalidDataException("a run of stage base needs the section 'unet'");
        ClipTextConfig text = config.TextEncoder ?? throw new InvalidDataException("a run of stage base needs the section 'text_encoder'");

        string tokenizerFolder = Path.Combine(config.Model, "tokenizer");
        Directory.CreateDirectory(tokenizerFolder);
        ClipTokenizerBuilder.Write(tokenizerFolder, ToyVocabulary.Words, text.MaxPositionEmbeddings);
        ClipTokenizer tokenizer = ClipTokenizer.Load(tokenizerFolder);
        _prompts = new PromptEncoder(tokenizer);
        text = text with { VocabSize = tokenizer.VocabularySize };

        _vae = ModelFiles.OpenVae(config.Model, dtype, _device);
        _text = config.Continue
            ? ModelFiles.OpenText(config.Model, dtype, _device, trainable: true)
            : new ClipTextModel(Weights.From(new FreshWeights(config.Seed), dtype, _device), text);
        _unet = config.Continue
            ? ModelFiles.OpenUnet(config.Model, dtype, _device, trainable: true)
            : new UNet2DCondition(Weights.From(new FreshWeights(config.Seed + 1), dtype, _device, MemoryFormat.ChannelsLast), unet);
        _probe = config.ProbeWeight > 0 ? new CellProbe(_unet.Config, config.Seed ^ ProbeStream, dtype, _device) : null;
        _parameters = _unet.Parameters.Select(pair => KeyValuePair.Create("unet." + pair.Key, pair.Value))
            .Concat(_text.Parameters.Select(pair => KeyValuePair.Create("text_encoder." + pair.Key, pair.Value)))
            .Concat(_probe is null ? [] : _probe.Parameters)
            .ToDictionary(StringComparer.Ordinal);

        var sampler = new ToyScenes(new ToySceneOptions { CountWeights = config.Data.CountWeights });
        string caches = Path.Combine(config.Run, "..", "latents");
        string codec = LatentCache.IdentityOf(config.Model);
        _scenes = new LatentCache(caches, $"{codec} scenes {string.Join(' ', config.Data.CountWeights)}", _vae, sampler.Sample, config.Seed, config.Data.Scenes, SceneSize);
        _crops = new LatentCache(caches, $"{codec} crops", _vae, new ToyCrops().Sample, config.Seed, Math.Max(1, config.Data.Crops), CropSize);
        _pairs = new LatentCache(caches, $"{codec} pairs", _vae, new ToyPairs().Sample, config.Seed, Math.Max(1, config.Data.Pairs), SceneSize, SceneSize / 2);
        _scheduler = SchedulerConfig.StableDiffusion with { Kind = SchedulerKind.Euler, Prediction = PredictionType.VPrediction, SetAlphaToOne = null, ClipSample = null };
        _noise = _scheduler.CreateNoiseSchedule();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters;

    /// <inheritdoc/>
    public StepLoss Loss(long step, long firstSample, int count)
    {
        using var scope = TensorScope.Enter();
        (LatentCache data, string kind) = DataOf(step);
        Tensor clean = data.Get(firstSample, count).To(_device);

        ToyScene[] scenes = Enumerable.Range(0, count).Select(i => data.Scene(firstSample + i)).ToArray();
        var times = new long[count];
        var prompts = new string[count];
        for (int i = 0; i < count; i++)
        {
            ulong sample = (ulong)(firstSample + i);
            times[i] = Timesteps.Draw(new ToyRandom(_config.Seed ^ TimeStream, sample), _noise.TrainTimesteps, _config.Data.TimestepPower);
            bool dropped = new ToyRandom(_config.Seed ^ DropStream, sample).Chance(_config.Data.EmptyPrompts);
            prompts[i] = dropped ? "" : scenes[i].Prompt;
        }
        using var generator = new Generator(new ToyRandom(_config.Seed ^ NoiseStream, (ulong)firstSample).Next());
        Tensor noise = Tensor.Randn(clean.Shape, generator).To(_device);
        Tensor noisy = _noise.AddNoise(clean, noise, times);
        Tensor target = _noise.Velocity(clean, noise, times);

        Tensor text = _text.Forward(_prompts.Encode(prompts).To(_device));
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Tensor predicted = _unet.Forward(noisy, Tensor.From<long>(times, count).To(_device), _unet.BindText(text), observe: _probe?.Listen(features), options: new UNetOptions { Checkpoint = _config.GradientCheckpointing });
        Tensor loss = (predicted - target).Square().Mean();
        var figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["loss_" + kind] = loss.Detach().Item() };
        if (_probe is not null)
        {
            loss += _probe.Loss(features, scenes, data.RowShare, figures, kind) * _config.ProbeWeight;
        }
        return new StepLoss(scope.Return(loss), figures);
    }

    /// <inheritdoc/>
    public void WriteSamples(string path, CancellationToken cancellation = default)
    {
        const int Count = 16;
        var single = new ToyScenes(ToySceneOptions.SingleInstanceOnly);
        var mixed = new ToyScenes();
        string[] prompts = Enumerable.Range(0, Count)
            .Select(i => (i < Count / 2 ? single : mixed).Sample(ToyTensors.HeldOutSeed, i).Prompt).ToArray();
        using var scope = TensorScope.Enter();
        Tensor hidden = _text.Forward(_prompts.Encode([.. Enumerable.Repeat("", Count), .. prompts]).To(_device));
        Tensor images = ToySampler.Sample(_unet, _vae, _scheduler, hidden, control: null, steps: 30, guidance: 5, seed: 7, cancellation);
        ToyTensors.WriteGrid(path, images, columns: 8);
    }

    /// <inheritdoc/>
    public void Export(IReadOnlyDictionary<string, Tensor> weights)
    {
        ModelFiles.SaveUnet(_config.Model, _unet.Config, Below(weights, "unet."));
        ModelFiles.SaveText(_config.Model, _text.Config, Below(weights, "text_encoder."));
        ModelIndex.Write(_config.Model, _scheduler, UsualGuidance);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scenes.Dispose();
        _crops.Dispose();
        _pairs.Dispose();
        _probe?.Dispose();
        _unet.Dispose();
        _text.Dispose();
        _vae.Dispose();
    }

    private (LatentCache Data, string Kind) DataOf(long step)
    {
        ToyDataConfig data = _config.Data;
        var random = new ToyRandom(_config.Seed ^ KindStream, (ulong)step);
        if (data.CropShare > 0 && random.Chance(data.CropShare))
        {
            return (_crops, "crops");
        }
        return data.PairShare > 0 && random.Chance(data.PairShare / (1 - data.CropShare)) ? (_pairs, "pairs") : (_scenes, "scenes");
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Below(IReadOnlyDictionary<string, Tensor> weights, string prefix) =>
        weights.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value));
}
