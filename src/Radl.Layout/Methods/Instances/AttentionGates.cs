using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Instances;

/// <summary>CBAM's channel gate: sigmoid(mlp(mean) + mlp(max)) per channel.</summary>
internal sealed class ChannelGate
{
    private readonly Linear _down;
    private readonly Linear _up;

    public ChannelGate(Weights weights, long channels, long reduction)
    {
        Weights mlp = weights / "ChannelGate" / "mlp";
        _down = new Linear(mlp / 1, channels, channels / reduction);
        _up = new Linear(mlp / 3, channels / reduction, channels);
    }

    /// <summary>Means and maxima over the pixels, each [n, channels], to gates [n, channels].</summary>
    public Tensor Forward(Tensor means, Tensor maxima)
    {
        Tensor both = _up.Forward(_down.Forward(Tensor.Cat([means, maxima], 0)).Relu());
        long count = means.Size(0);
        return (both.Narrow(0, 0, count) + both.Narrow(0, count, count)).Sigmoid();
    }
}

/// <summary>CBAM's spatial gate: sigmoid of a 7x7 convolution over [maximum, mean] of the channels.</summary>
internal sealed class SpatialGate
{
    private readonly Conv2d _convolution;

    public SpatialGate(Weights weights) =>
        _convolution = new Conv2d(weights / "SpatialGate" / "spatial" / "conv", 2, 1, kernel: 7, padding: 3, bias: false);

    /// <summary>[n, 2, h, w] to gates [n, 1, h, w].</summary>
    public Tensor Forward(Tensor maximaAndMeans) => _convolution.Forward(maximaAndMeans).Sigmoid();
}
