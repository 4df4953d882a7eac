using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.TextEncoder;

/// <summary>Sizes of one layer of either tower of a CLIP.</summary>
/// <param name="Width">Channels of a token.</param>
/// <param name="Heads">Attention heads; they divide the width.</param>
/// <param name="Inner">Channels inside the perceptron.</param>
/// <param name="Activation"><c>quick_gelu</c> or <c>gelu</c>.</param>
/// <param name="Eps">Of the layer norms.</param>
public sealed record ClipLayerSizes(int Width, int Heads, int Inner, string Activation, double Eps);

/// <summary>One pre-norm layer of a text or vision tower: self-attention, then a two-layer perceptron.</summary>
public sealed class ClipLayer
{
    private readonly int _heads;
    private readonly bool _quick;
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _out;
    private readonly Linear _fc1;
    private readonly Linear _fc2;

    /// <summary>Takes the layer's norms, projections and perceptron.</summary>
    public ClipLayer(Weights weights, ClipLayerSizes sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        int width = sizes.Width;
        if (width % sizes.Heads != 0)
        {
            throw new ArgumentException($"{width} channels cannot be divided into {sizes.Heads} heads", nameof(sizes));
        }
        _heads = sizes.Heads;
        _quick = sizes.Activation == "quick_gelu";
        _norm1 = new LayerNorm(weights / "layer_norm1", width, sizes.Eps);
        _norm2 = new LayerNorm(weights / "layer_norm2", width, sizes.Eps);
        Weights attention = weights / "self_attn";
        _query = new Linear(attention / "q_proj", width, width, init: Init.Variance(width));
        _key = new Linear(attention / "k_proj", width, width, init: Init.Variance(width));
        _value = new Linear(attention / "v_proj", width, width, init: Init.Variance(width));
        _out = new Linear(attention / "out_proj", width, width, init: Init.Variance(width, 0.3));
        _fc1 = new Linear(weights / "mlp" / "fc1", width, sizes.Inner, init: Init.Variance(width));
        _fc2 = new Linear(weights / "mlp" / "fc2", sizes.Inner, width, init: Init.Variance(sizes.Inner, 0.3));
    }

    /// <summary>[batch, tokens, width], same shape out. The mask [tokens, tokens] is added to the scores; null lets every token see every other.</summary>
    public Tensor Forward(Tensor hidden, Tensor? mask)
    {
        using var scope = TensorScope.Enter();
        Tensor normed = _norm1.Forward(hidden);
        Tensor attended = ScaledDotProduct.Attend(
            ScaledDotProduct.SplitHeads(_query.Forward(normed), _heads),
            ScaledDotProduct.SplitHeads(_key.Forward(normed), _heads),
            ScaledDotProduct.SplitHeads(_value.Forward(normed), _heads),
            mask);
        hidden += _out.Forward(ScaledDotProduct.JoinHeads(attended));
        Tensor inner = _fc1.Forward(_norm2.Forward(hidden));
        inner = _quick ? inner * (inner * 1.702).Sigmoid() : inner.Gelu();
        return scope.Return(hidden + _fc2.Forward(inner));
    }
}
