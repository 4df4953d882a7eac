using System.Text.Json;
using Radl.Diffusion.Config;
using Radl.Diffusion.TextEncoder;
using Radl.Torch;
using Radl.Torch.IO;
using Radl.Torch.Modules;

namespace Radl.Diffusion.Clip;

/// <summary>Pictures and texts in one space (CLIP, Radford et al. 2021), with the key names of transformers' <c>CLIPModel</c>.</summary>
public sealed class ClipModel : IDisposable
{
    /// <summary>Upper limit of the logarithm of the scale: similarities are never multiplied by more than 100.</summary>
    public static readonly double MaxLogitScale = Math.Log(100);

    private const string WeightsFile = "model.safetensors";
    private const string ConfigName = "config.json";

    private readonly Weights _weights;
    private readonly Linear _visualProjection;
    private readonly Linear _textProjection;
    private readonly Tensor _logitScale;

    /// <summary>Takes all tensors of <paramref name="weights"/>, which this model owns from now on.</summary>
    public ClipModel(Weights weights, ClipConfig config)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(config);
        _weights = weights;
        Config = config;
        int vision = config.VisionConfig.HiddenSize;
        int text = config.TextConfig.HiddenSize;
        Vision = new ClipVisionModel(weights, config.VisionConfig);
        _visualProjection = new Linear(weights / "visual_projection", vision, config.ProjectionDim, bias: false, Init.Variance(vision));
        _textProjection = new Linear(weights / "text_projection", text, config.ProjectionDim, bias: false, Init.Variance(text));
        _logitScale = weights.Take("logit_scale", Init.Constant(config.LogitScaleInitValue));
        Text = new ClipTextModel(weights, config.TextConfig, isWhole: false);
        try
        {
            weights.Finish(name => ClipTextModel.IsConstant(name) || name == "vision_model.embeddings.position_ids");
        }
        catch (InvalidDataException)
        {
            Text.Dispose();
            throw;
        }
    }

    /// <summary>Sizes.</summary>
    public ClipConfig Config { get; }

    /// <summary>The vision tower.</summary>
    public ClipVisionModel Vision { get; }

    /// <summary>The text tower; it lives as long as this model.</summary>
    public ClipTextModel Text { get; }

    /// <summary>All parameters by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _weights.Taken;

    /// <summary>Opens <c>config.json</c> and <c>model.safetensors</c> of a folder; the caller owns the model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">Type of the weights.</param>
    /// <param name="device">Where they go.</param>
    /// <param name="trainable">Copies the weights out of the file, so that they can be changed.</param>
    public static ClipModel Open(string folder, DType dtype, Device device, bool trainable = false)
    {
        ClipConfig config = ClipConfig.Read(Path.Combine(folder, ConfigName));
        IWeightSource source = FileWeights.Open(Path.Combine(folder, WeightsFile));
        return new ClipModel(Weights.From(trainable ? new CopiedWeights(source) : source, dtype, device), config);
    }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <param name="folder">Made when missing.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="weights">All parameters by name.</param>
    /// <param name="dtype">Type to store them in.</param>
    public static void Save(string folder, ClipConfig config, IEnumerable<KeyValuePair<string, Tensor>> weights, DType dtype)
    {
        Directory.CreateDirectory(folder);
        SafetensorsTensors.Save(Path.Combine(folder, WeightsFile), weights, dtype);
        AtomicFile.Write(Path.Combine(folder, ConfigName), JsonSerializer.SerializeToUtf8Bytes(config, DiffusionJson.Default.ClipConfig));
    }

    /// <summary>The pictures' features before projection: what a Fréchet distance is taken of.</summary>
    /// <param name="pictures">[batch, channels, side, side], normalised; converted to the weights' type and device.</param>
    /// <returns>[batch, vision width], of the weights' type.</returns>
    public Tensor PictureFeatures(Tensor pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = TensorScope.Enter();
        return scope.Return(Vision.Pool(Vision.Forward(pictures.To(Vision.Device, Vision.DType))));
    }

    /// <summary>Pictures as points of the shared space.</summary>
    /// <param name="pictures">As for <see cref="PictureFeatures"/>.</param>
    /// <returns>fp32 (fp64 for an fp64 model) [batch, projection], each of length 1.</returns>
    public Tensor EmbedPictures(Tensor pictures)
    {
        using var scope = TensorScope.Enter();
        return scope.Return(ToUnitLength(_visualProjection.Forward(PictureFeatures(pictures))));
    }

    /// <summary>Texts as points of the shared space: the projected state of the end-of-text token.</summary>
    /// <param name="ids">int64 [batch, tokens]; what follows the first end-of-text token does not matter.</param>
    /// <returns>fp32 (fp64 for an fp64 model) [batch, projection], each of length 1.</returns>
    public Tensor EmbedTexts(Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = TensorScope.Enter();
        Tensor placed = ids.To(Vision.Device);
        return scope.Return(ToUnitLength(_textProjection.Forward(ClipTextModel.Pool(Text.Forward(placed), placed))));
    }

    /// <summary>What cosines are multiplied by in the contrastive loss: a scalar of at most 100, fp32.</summary>
    public Tensor Scale()
    {
        using var scope = TensorScope.Enter();
        return scope.Return(_logitScale.To(DType.Float32).Clamp(high: MaxLogitScale).Exp());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Text.Dispose();
        _weights.Dispose();
    }

    // Half types keep too few bits for a cosine.
    private static Tensor ToUnitLength(Tensor points)
    {
        Tensor wide = points.DType.IsHalf() ? points.To(DType.Float32) : points;
        return wide / wide.Square().Sum([1], keep: true).Sqrt();
    }
}
