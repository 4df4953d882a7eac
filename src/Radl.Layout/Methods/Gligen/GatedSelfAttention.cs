using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Gligen;

/// <summary>
/// GLIGEN's <c>fuser</c>, between self-attention and text cross-attention of a block: x + tanh(a) SA(LN1([x; W o])), of which the image tokens are
/// kept, then x + tanh(d) FF(LN2(x)). Both gates begin at zero, and the block as it was.
/// </summary>
public sealed class GatedSelfAttention
{
    private readonly Linear _toChannels;
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;
    private readonly Linear _toQuery;
    private readonly Linear _toKey;
    private readonly Linear _toValue;
    private readonly Linear _toOut;
    private readonly FeedForward _feedForward;
    private readonly Tensor _attentionGate;
    private readonly Tensor _denseGate;
    private readonly int _heads;

    /// <summary>Takes <c>linear, norm1, attn, norm2, ff, alpha_attn, alpha_dense</c>.</summary>
    /// <param name="weights">The fuser's place.</param>
    /// <param name="channels">Width of the image tokens.</param>
    /// <param name="heads">Heads; they divide <paramref name="channels"/>.</param>
    /// <param name="contextWidth">Width of the grounding tokens.</param>
    public GatedSelfAttention(Weights weights, long channels, int heads, long contextWidth)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _heads = heads;
        _attentionGate = weights.Take("alpha_attn", Init.Zeros);
        _denseGate = weights.Take("alpha_dense", Init.Zeros);
        _toChannels = new Linear(weights / "linear", contextWidth, channels);
        Weights attention = weights / "attn";
        _toQuery = new Linear(attention / "to_q", channels, channels, bias: false);
        _toKey = new Linear(attention / "to_k", channels, channels, bias: false);
        _toValue = new Linear(attention / "to_v", channels, channels, bias: false);
        _toOut = new Linear(attention / "to_out" / 0, channels, channels);
        _feedForward = new FeedForward(weights / "ff", channels);
        _norm1 = new LayerNorm(weights / "norm1", channels);
        _norm2 = new LayerNorm(weights / "norm2", channels);
    }

    /// <summary>Type of the parameters.</summary>
    public DType DType => _toOut.Weight.DType;

    /// <summary>
    /// Keys and values of grounding tokens. The norm is taken token by token and nothing of the picture reaches them, so they are the same in every step.
    /// </summary>
    /// <param name="tokens">[..., context width].</param>
    /// <returns>Keys and values, each [..., channels]; the current scope owns them.</returns>
    public (Tensor Keys, Tensor Values) Bind(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = TensorScope.Enter();
        Tensor normed = _norm1.Forward(_toChannels.Forward(tokens));
        return scope.Return(_toKey.Forward(normed), _toValue.Forward(normed));
    }

    /// <summary>Adds what the tokens say.</summary>
    /// <param name="hidden">The block's state, [rows, pixels, channels].</param>
    /// <param name="keys">Keys of each row's tokens, [rows, tokens, channels].</param>
    /// <param name="values">Their values.</param>
    /// <returns>The new state, [rows, pixels, channels].</returns>
    public Tensor Forward(Tensor hidden, Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using var scope = TensorScope.Enter();
        Tensor normed = _norm1.Forward(hidden);
        // The tokens' own queries are left out: their results would be thrown away.
        KeysValues all = KeysValues.Of(Heads(Tensor.Cat([_toKey.Forward(normed), keys], 1)), Heads(Tensor.Cat([_toValue.Forward(normed), values], 1)));
        Tensor attended = _toOut.Forward(ScaledDotProduct.JoinHeads(all.Attend(Heads(_toQuery.Forward(normed)))));
        hidden = hidden.Addcmul(attended, _attentionGate.Tanh());
        return scope.Return(hidden.Addcmul(_feedForward.Forward(_norm2.Forward(hidden)), _denseGate.Tanh()));
    }

    /// <summary>How much every pixel would look at each grounding token, as logarithms of shares among these tokens alone: log softmax(q k / sqrt(d)).</summary>
    /// <param name="hidden">The block's state, [rows, pixels, channels].</param>
    /// <param name="keys">Keys of each row's tokens, [rows, tokens, channels].</param>
    /// <returns>[rows, heads, pixels, tokens], fp32.</returns>
    public Tensor TokenShares(Tensor hidden, Tensor keys)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(keys);
        using var scope = TensorScope.Enter();
        Tensor queries = Heads(_toQuery.Forward(_norm1.Forward(hidden)));
        Tensor scaled = ScaledDotProduct.Prescale(Heads(keys), queries.Size(3));
        return scope.Return(queries.MatMul(scaled.Transpose(2, 3)).To(DType.Float32).LogSoftmax(3));
    }

    private Tensor Heads(Tensor tokens) => ScaledDotProduct.SplitHeads(tokens, _heads);
}
