using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.UNet;

/// <summary>Halves height and width by a strided convolution.</summary>
public sealed class Downsampler
{
    private readonly Conv2d _conv;
    private readonly bool _asymmetric;

    /// <summary>Takes <c>conv</c>.</summary>
    /// <param name="weights">The sampler's place.</param>
    /// <param name="channels">Channels in and out.</param>
    /// <param name="asymmetric">Whether zeros are added right and below only (VAE) and not on all sides (U-Net).</param>
    public Downsampler(Weights weights, long channels, bool asymmetric)
    {
        _asymmetric = asymmetric;
        _conv = new Conv2d(weights / "conv", channels, channels, 3, stride: 2, padding: asymmetric ? 0 : 1, init: Init.Variance(channels * 9));
    }

    /// <summary>[batch, channels, h, w] to about half of h and w.</summary>
    public Tensor Forward(Tensor input)
    {
        using var scope = TensorScope.Enter();
        return scope.Return(_conv.Forward(_asymmetric ? input.Pad([0, 1, 0, 1]) : input));
    }
}

/// <summary>Enlarges by nearest neighbour and smooths by a convolution.</summary>
public sealed class Upsampler
{
    private readonly Conv2d _conv;

    /// <summary>Takes <c>conv</c>.</summary>
    public Upsampler(Weights weights, long channels) =>
        _conv = new Conv2d(weights / "conv", channels, channels, 3, padding: 1, init: Init.Variance(channels * 9));

    /// <summary>To a given size, or to twice the input's.</summary>
    public Tensor Forward(Tensor input, long? height = null, long? width = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = TensorScope.Enter();
        long[] shape = input.Shape;
        return scope.Return(Functional.InterpolateNearest(input, height ?? shape[2] * 2, width ?? shape[3] * 2).PassTo(_conv.Forward));
    }
}
