using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.UNet;

/// <summary>Image features as tokens through one transformer block, and back, with a residual.</summary>
public sealed class SpatialTransformer
{
    private readonly string _name;
    private readonly GroupNorm _norm;
    private readonly Conv2d? _convIn;
    private readonly Conv2d? _convOut;
    private readonly Linear? _linearIn;
    private readonly Linear? _linearOut;

    /// <summary>Takes <c>norm, proj_in, transformer_blocks.0, proj_out</c>.</summary>
    public SpatialTransformer(Weights weights, long channels, long contextWidth, int heads, int groups, bool linearProjection)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _name = weights.Name;
        _norm = new GroupNorm(weights / "norm", groups, channels, 1e-6);
        Init start = Init.Variance(channels);
        Init last = Init.Variance(channels, 0.3);
        if (linearProjection)
        {
            _linearIn = new Linear(weights / "proj_in", channels, channels, init: start);
            _linearOut = new Linear(weights / "proj_out", channels, channels, init: last);
        }
        else
        {
            _convIn = new Conv2d(weights / "proj_in", channels, channels, 1, init: start);
            _convOut = new Conv2d(weights / "proj_out", channels, channels, 1, init: last);
        }
        Block = new TransformerBlock(weights / "transformer_blocks" / 0, channels, contextWidth, heads);
    }

    /// <summary>The transformer block.</summary>
    public TransformerBlock Block { get; }

    /// <summary>[batch, channels, h, w], same shape out.</summary>
    internal Tensor Forward(Tensor input, UNetPass pass)
    {
        using var scope = TensorScope.Enter();
        long[] shape = input.Shape;
        Tensor normed = _norm.Forward(input);
        pass.Observe?.Invoke(_name + ".norm", normed);
        Tensor tokens = _linearIn is null ? ToTokens(Seen(pass, ".proj_in", _convIn!.Forward(normed))) : _linearIn.Forward(ToTokens(normed));
        tokens = Block.Forward(tokens, pass, (int)shape[2], (int)shape[3]);
        Tensor image = _linearOut is null
            ? Seen(pass, ".proj_out", _convOut!.Forward(ToImage(tokens, shape)))
            : ToImage(_linearOut.Forward(tokens), shape);
        // The tokens' memory order must not spread: a sum lies as its first operand, and convolutions in fp32 are faster channels-first.
        Tensor output = image.IsContiguous == input.IsContiguous ? image.AddToFresh(input) : input + image;
        pass.Observe?.Invoke(_name + ".out0", output);
        return scope.Return(output);
    }

    // Channels-last memory makes both of these views without a copy.
    private static Tensor ToTokens(Tensor image)
    {
        long[] shape = image.Shape;
        return image.Permute(0, 2, 3, 1).Reshape(shape[0], shape[2] * shape[3], shape[1]);
    }

    private static Tensor ToImage(Tensor tokens, long[] shape) => tokens.Reshape(shape[0], shape[2], shape[3], shape[1]).Permute(0, 3, 1, 2);

    private Tensor Seen(UNetPass pass, string part, Tensor value)
    {
        pass.Observe?.Invoke(_name + part, value);
        return value;
    }
}
