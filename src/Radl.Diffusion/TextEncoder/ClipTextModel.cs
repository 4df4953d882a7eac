using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.TextEncoder;

/// <summary>CLIP's text tower: token ids to hidden states, causal, without a mask for padding (as SD 1.x uses it).</summary>
public sealed class ClipTextModel : IDisposable
{
    private readonly Weights _weights;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly ClipLayer[] _layers;
    private readonly LayerNorm _finalNorm;
    private readonly Tensor _causalMask;
    private readonly bool _isWhole;

    /// <summary>Takes all tensors of <paramref name="weights"/>, which this model owns from now on.</summary>
    public ClipTextModel(Weights weights, ClipTextConfig config)
        : this(weights, config, isWhole: true)
    {
    }

    /// <summary>A tower inside a larger model takes its part alone: that model checks what is left over, and owns the weights.</summary>
    internal ClipTextModel(Weights weights, ClipTextConfig config, bool isWhole)
    {
        ArgumentNullException.ThrowIfNull(config);
        _weights = weights;
        _isWhole = isWhole;
        Config = config;
        Weights model = weights / "text_model";
        Weights embeddings = model / "embeddings";
        _tokens = new Embedding(embeddings / "token_embedding", config.VocabSize, config.HiddenSize);
        _positions = new Embedding(embeddings / "position_embedding", config.MaxPositionEmbeddings, config.HiddenSize);
        _layers = Enumerable.Range(0, config.NumHiddenLayers).Select(i => new ClipLayer(model / "encoder" / "layers" / i, config.Layer())).ToArray();
        _finalNorm = new LayerNorm(model / "final_layer_norm", config.HiddenSize, config.LayerNormEps);
        if (isWhole)
        {
            weights.Finish(IsConstant);
        }
        _causalMask = CausalMask(config.MaxPositionEmbeddings, _tokens.Weight.DType, _tokens.Weight.Device);
    }

    /// <summary>Sizes.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>All parameters by name; those of the whole model for a tower inside one.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _weights.Taken;

    /// <summary>Encodes token ids.</summary>
    /// <param name="ids">int64 [batch, tokens], at most <see cref="ClipTextConfig.MaxPositionEmbeddings"/> tokens.</param>
    /// <param name="observe">Called with <c>hidden_states.N</c>: 0 the embeddings, N after layer N.</param>
    /// <returns>[batch, tokens, width], after the final norm: Stable Diffusion's text context.</returns>
    public Tensor Forward(Tensor ids, Action<string, Tensor>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = TensorScope.Enter();
        long tokens = ids.Size(1);
        if (tokens > Config.MaxPositionEmbeddings)
        {
            throw new ArgumentException($"{tokens} tokens are more than the {Config.MaxPositionEmbeddings} positions of the encoder", nameof(ids));
        }
        Tensor hidden = _tokens.Forward(ids) + _positions.Weight.Narrow(0, 0, tokens);
        observe?.Invoke("hidden_states.0", hidden);
        Tensor mask = _causalMask.Narrow(0, 0, tokens).Narrow(1, 0, tokens);
        for (int i = 0; i < _layers.Length; i++)
        {
            hidden = _layers[i].Forward(hidden, mask);
            observe?.Invoke($"hidden_states.{i + 1}", hidden);
        }
        return scope.Return(_finalNorm.Forward(hidden));
    }

    /// <summary>The hidden state at the first end-of-text token (the largest id), not projected: an instance label's feature.</summary>
    /// <param name="hidden">Result of <see cref="Forward"/>, [batch, tokens, width].</param>
    /// <param name="ids">int64 [batch, tokens].</param>
    /// <returns>[batch, width].</returns>
    public static Tensor Pool(Tensor hidden, Tensor ids)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = TensorScope.Enter();
        long[] shape = hidden.Shape;
        Tensor index = ids.Argmax(1).Reshape(shape[0], 1, 1).Expand(shape[0], 1, shape[2]);
        return scope.Return(hidden.Gather(1, index).Select(1, 0));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _causalMask.Dispose();
        if (_isWhole)
        {
            _weights.Dispose();
        }
    }

    /// <summary>The position ids are a constant that some published files carry along.</summary>
    internal static bool IsConstant(string name) => name == "text_model.embeddings.position_ids";

    private static Tensor CausalMask(int tokens, DType dtype, Device device)
    {
        using var scope = TensorScope.Enter();
        Tensor order = Tensor.Arange(0, tokens);
        Tensor ahead = (order.Unsqueeze(0) - order.Unsqueeze(1)).Gt(0);
        return scope.Return(Tensor.Zeros([tokens, tokens]).MaskedFill(ahead, double.NegativeInfinity).To(device, dtype)).Keep();
    }
}
