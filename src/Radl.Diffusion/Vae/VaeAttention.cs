using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.Vae;

/// <summary>Single-head self-attention over all pixels of the bottleneck, with a residual.</summary>
public sealed class VaeAttention
{
    private readonly GroupNorm _norm;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _out;

    /// <summary>Takes <c>group_norm, to_q, to_k, to_v, to_out.0</c>.</summary>
    public VaeAttention(Weights weights, long channels, int groups)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _norm = new GroupNorm(weights / "group_norm", groups, channels, 1e-6);
        _query = new Linear(weights / "to_q", channels, channels, init: Init.Variance(channels));
        _key = new Linear(weights / "to_k", channels, channels, init: Init.Variance(channels));
        _value = new Linear(weights / "to_v", channels, channels, init: Init.Variance(channels));
        _out = new Linear(weights / "to_out" / 0, channels, channels, init: Init.Variance(channels, 0.1));
    }

    /// <summary>[batch, channels, h, w], same shape out.</summary>
    public Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = TensorScope.Enter();
        long[] shape = input.Shape;
        Tensor tokens = _norm.Forward(input).Permute(0, 2, 3, 1).Reshape(shape[0], shape[2] * shape[3], shape[1]);
        Tensor attended = ScaledDotProduct.Attend(
            ScaledDotProduct.SplitHeads(_query.Forward(tokens), 1),
            ScaledDotProduct.SplitHeads(_key.Forward(tokens), 1),
            ScaledDotProduct.SplitHeads(_value.Forward(tokens), 1));
        Tensor result = _out.Forward(ScaledDotProduct.JoinHeads(attended)).Reshape(shape[0], shape[2], shape[3], shape[1]).Permute(0, 3, 1, 2);
        // A sum lies as its first operand: were that the tokens', all convolutions after it would run channels-last, the slow way in fp32.
        return scope.Return(input + result);
    }
}
