using Radl.Diffusion.TextEncoder;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.Clip;

/// <summary>A CLIP's vision tower: patches and a class token through pre-norm layers (Radford et al. 2021, after Dosovitskiy et al. 2020).</summary>
public sealed class ClipVisionModel
{
    private readonly Tensor _class;
    private readonly Conv2d _patches;
    private readonly Embedding _positions;
    private readonly LayerNorm _preNorm;
    private readonly ClipLayer[] _layers;
    private readonly LayerNorm _postNorm;

    /// <summary>Takes <c>vision_model.*</c>; the weights stay the caller's.</summary>
    /// <param name="weights">The root of the whole CLIP.</param>
    /// <param name="config">Sizes.</param>
    public ClipVisionModel(Weights weights, ClipVisionConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        Weights model = weights / "vision_model";
        Weights embeddings = model / "embeddings";
        int width = config.HiddenSize;
        long pixels = (long)config.NumChannels * config.PatchSize * config.PatchSize;
        _class = embeddings.Take("class_embedding", Init.Normal(0.02), width);
        _patches = new Conv2d(embeddings / "patch_embedding", config.NumChannels, width, config.PatchSize, config.PatchSize, bias: false, init: Init.Variance(pixels));
        _positions = new Embedding(embeddings / "position_embedding", config.Patches + 1, width);
        // The name is spelled so in every published file.
        _preNorm = new LayerNorm(model / "pre_layrnorm", width, config.LayerNormEps);
        _layers = Enumerable.Range(0, config.NumHiddenLayers).Select(i => new ClipLayer(model / "encoder" / "layers" / i, config.Layer())).ToArray();
        _postNorm = new LayerNorm(model / "post_layernorm", width, config.LayerNormEps);
    }

    /// <summary>Sizes.</summary>
    public ClipVisionConfig Config { get; }

    /// <summary>Type of the weights, and of the activations.</summary>
    public DType DType => _class.DType;

    /// <summary>Where the weights live.</summary>
    public Device Device => _class.Device;

    /// <summary>Sees pictures.</summary>
    /// <param name="pictures">[batch, channels, side, side], normalised as the model's preprocessing says, of the weights' type.</param>
    /// <returns>[batch, 1 + patches, width], before the last norm; the class token comes first, patches follow row by row.</returns>
    public Tensor Forward(Tensor pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = TensorScope.Enter();
        long[] shape = pictures.Shape;
        if (shape.Length != 4 || shape[1] != Config.NumChannels || shape[2] != Config.ImageSize || shape[3] != Config.ImageSize)
        {
            throw new ArgumentException(
                $"pictures of shape [{string.Join(", ", shape)}]: the tower sees [batch, {Config.NumChannels}, {Config.ImageSize}, {Config.ImageSize}]", nameof(pictures));
        }
        Tensor patches = _patches.Forward(pictures).Flatten(2).Transpose(1, 2);
        Tensor token = _class.Reshape(1, 1, Config.HiddenSize).Expand(shape[0], 1, Config.HiddenSize);
        Tensor hidden = _preNorm.Forward(Tensor.Cat([token, patches], 1) + _positions.Weight);
        foreach (ClipLayer layer in _layers)
        {
            hidden = layer.Forward(hidden, mask: null);
        }
        return scope.Return(hidden);
    }

    /// <summary>The pictures' features: the class token after the last norm, not projected.</summary>
    /// <param name="hidden">Result of <see cref="Forward"/>.</param>
    /// <returns>[batch, width].</returns>
    public Tensor Pool(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using var scope = TensorScope.Enter();
        return scope.Return(_postNorm.Forward(hidden.Select(1, 0)));
    }
}
