using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Training.Config;
using Radl.Training.Loop;

namespace Radl.Training.Stages.Vae;

/// <summary>Trains the image codec on crops of drawn scenes: absolute, squared and gradient error, and a little divergence.</summary>
public sealed class VaeStage : ITrainingStage
{
    private const int CropSize = 64;
    private const int CalibrationScenes = 128;

    private readonly TrainingConfig _config;
    private readonly VaeConfig _vaeConfig;
    private readonly AutoencoderKl _vae;
    private readonly Device _device;
    private readonly CropWindows _windows;
    private Dictionary<string, Tensor>? _parameters;

    /// <summary>Makes a fresh codec.</summary>
    public VaeStage(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        _vaeConfig = config.Vae ?? throw new InvalidDataException("a run of stage vae needs the section 'vae'");
        _device = Device.Parse(config.Device);
        _windows = new CropWindows(config.Seed);
        DType dtype = ToyTensors.Parse(config.Dtype);
        if (config.Continue)
        {
            _vae = ModelFiles.OpenVae(config.Model, dtype, _device, trainable: true);
            return;
        }
        _vae = new AutoencoderKl(Weights.From(new FreshWeights(config.Seed), dtype, _device, MemoryFormat.ChannelsLast), _vaeConfig);
        CodecStart.Apply(_vae.Parameters, _vaeConfig.LatentChannels);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Parameters => _parameters ??= _vae.Parameters
        .Where(pair => !_config.FreezeEncoder || !VaeParts.IsEncoder(pair.Key)).ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc/>
    public StepLoss Loss(long step, long firstSample, int count)
    {
        using var scope = TensorScope.Enter();
        Tensor images = _windows.Draw(firstSample, count, CropSize).To(_device, _vae.DType);
        LatentDistribution latents = _vae.Encode(images);
        using var generator = new Generator(new ToyRandom(_config.Seed, (ulong)firstSample).Next());
        Tensor noise = Tensor.Randn(latents.Mean.Shape, generator).To(_device, _vae.DType);
        Tensor decoded = _vae.Decode(latents.Sample(noise)).To(DType.Float32);
        Tensor target = images.To(DType.Float32);

        Tensor difference = decoded - target;
        Tensor absolute = difference.Abs().Mean();
        Tensor squared = difference.Square().Mean();
        Tensor gradient = Change(difference, 2).Abs().Mean() + Change(difference, 3).Abs().Mean();
        Tensor kl = latents.Kl().To(DType.Float32).Mean() / (latents.Mean.Count / count);
        VaeLossConfig weight = _config.VaeLoss;
        Tensor loss = (absolute * weight.Absolute) + (squared * weight.Squared) + (gradient * weight.Gradient) + (kl * weight.Kl);
        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["absolute"] = absolute.Detach().Item(),
            ["psnr"] = 10 * Math.Log10(4 / squared.Detach().Item()),
            ["kl"] = kl.Detach().Item(),
        };
        return new StepLoss(scope.Return(loss), figures);
    }

    /// <inheritdoc/>
    public void WriteSamples(string path, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Enter();
        Tensor images = ToyTensors.Images(new ToyScenes().Sample, ToyTensors.HeldOutSeed, 0, 8, 128).To(_device, _vae.DType);
        Tensor decoded = _vae.Decode(_vae.Encode(images).Mean);
        ToyTensors.WriteGrid(path, Tensor.Cat([images, decoded], 0), columns: 8);
    }

    /// <inheritdoc/>
    public void Export(IReadOnlyDictionary<string, Tensor> weights)
    {
        var all = new Dictionary<string, Tensor>(_vae.Parameters, StringComparer.Ordinal);
        foreach ((string name, Tensor value) in weights)
        {
            all[name] = value;
        }
        // Latents of a frozen encoder stay what others were trained on, and so does their scale.
        double scale = _config.FreezeEncoder ? _vae.Config.ScalingFactor : MeasureScale(weights);
        ModelFiles.SaveVae(_config.Model, _vaeConfig with { ScalingFactor = scale }, all);
    }

    /// <inheritdoc/>
    public void Dispose() => _vae.Dispose();

    private static Tensor Change(Tensor image, int dimension)
    {
        long size = image.Size(dimension);
        return image.Narrow(dimension, 1, size - 1) - image.Narrow(dimension, 0, size - 1);
    }

    // One factor for all channels, so that they keep their natural, coarse-to-fine variances.
    private double MeasureScale(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        foreach ((string name, Tensor value) in weights)
        {
            _vae.Parameters[name].Detach().CopyFrom(value);
        }
        Tensor images = ToyTensors.Images(new ToyScenes().Sample, _config.Seed + 1, 0, CalibrationScenes, 128).To(_device, _vae.DType);
        return Math.Round(1 / _vae.Encode(images).Mean.To(DType.Float32).Std([0, 1, 2, 3]).Item(), 4);
    }
}
