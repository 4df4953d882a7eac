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
/// <remarks>
/// libtorch's convolution of two planes costs as much as many products, so on a CPU it is one: a row of results depends on seven rows of
/// statistics by a matrix that does not change over the steps and is small enough to stay in cache.
/// </remarks>
internal sealed class SpatialGate
{
    private const int Kernel = 7;
    private const int Margin = Kernel / 2;
    private const int Planes = 2;
    private const int WidestMatrix = 64;

    private readonly Conv2d _convolution;

    public SpatialGate(Weights weights) =>
        _convolution = new Conv2d(weights / "SpatialGate" / "spatial" / "conv", Planes, 1, Kernel, padding: Margin, bias: false);

    /// <summary>From seven rows of statistics to a row of results, [7 * w * columns, w]; null where the convolution is better, or learns.</summary>
    /// <param name="width">Of the grid.</param>
    /// <param name="columns">Of what <see cref="Forward"/> is given.</param>
    public Tensor? Bind(int width, int columns)
    {
        Tensor weight = _convolution.Weight;
        if (width > WidestMatrix || !weight.Device.IsCpu || weight.RequiresGrad)
        {
            return null;
        }
        float[] kernel = weight.To(DType.Float32).ToArray<float>();
        var matrix = new float[Kernel * width * columns * width];
        for (int i = 0; i < kernel.Length; i++)
        {
            (int plane, int row, int column) = (i / (Kernel * Kernel), i / Kernel % Kernel, i % Kernel);
            for (int to = Math.Max(0, Margin - column); to < Math.Min(width, width + Margin - column); to++)
            {
                int from = to + column - Margin;
                matrix[(((((row * width) + from) * columns) + plane) * width) + to] = kernel[i];
            }
        }
        return Tensor.From<float>(matrix, (long)Kernel * width * columns, width).To(weight.DType);
    }

    /// <summary>Gates [n, pixels].</summary>
    /// <param name="statistics">Per pixel the maximum, the mean, and columns that are not read, [n, pixels, columns].</param>
    /// <param name="matrix">From <see cref="Bind"/>.</param>
    /// <param name="height">Of the grid.</param>
    /// <param name="width">Of the grid.</param>
    public Tensor Forward(Tensor statistics, Tensor? matrix, int height, int width)
    {
        long[] shape = statistics.Shape;
        (long count, long pixels, long columns) = (shape[0], shape[1], shape[2]);
        if (matrix is null)
        {
            Tensor planes = statistics.Reshape(count, height, width, columns).Permute(0, 3, 1, 2).Narrow(1, 0, Planes);
            return _convolution.Forward(planes).Reshape(count, pixels).Sigmoid();
        }
        long row = width * columns;
        Tensor margin = Tensor.Zeros([count, (long)Margin * width, columns], statistics.DType, statistics.Device);
        Tensor rows = Tensor.Cat([margin, statistics, margin], 1);
        Tensor windows = rows.AsStrided([count, height, Kernel * row], [(height + (2 * Margin)) * row, row, 1], 0);
        return windows.MatMul(matrix).Reshape(count, pixels).Sigmoid();
    }
}
