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
/// <remarks>On a small grid libtorch's convolution of two planes costs more than a product with its whole matrix, which does not change over the steps.</remarks>
internal sealed class SpatialGate
{
    private const int Kernel = 7;
    private const int Planes = 2;
    private const int MatrixUpTo = 256;

    private readonly Conv2d _convolution;

    public SpatialGate(Weights weights) =>
        _convolution = new Conv2d(weights / "SpatialGate" / "spatial" / "conv", Planes, 1, Kernel, padding: Kernel / 2, bias: false);

    /// <summary>The convolution's matrix on a grid, [h * w * columns, h * w]; null where the convolution is better, or learns.</summary>
    /// <param name="height">Of the grid.</param>
    /// <param name="width">Of the grid.</param>
    /// <param name="columns">Of what <see cref="Forward"/> is given.</param>
    public Tensor? Bind(int height, int width, int columns)
    {
        Tensor weight = _convolution.Weight;
        int pixels = height * width;
        if (pixels > MatrixUpTo || !weight.Device.IsCpu || weight.RequiresGrad)
        {
            return null;
        }
        return Tensor.From<float>(Matrix(weight.To(DType.Float32).ToArray<float>(), height, width, columns), (long)pixels * columns, pixels).To(weight.DType);
    }

    /// <summary>Gates [n, pixels].</summary>
    /// <param name="statistics">Per pixel the maximum, the mean, and columns that are not read, [n, pixels, columns].</param>
    /// <param name="matrix">From <see cref="Bind"/>.</param>
    /// <param name="height">Of the grid.</param>
    /// <param name="width">Of the grid.</param>
    public Tensor Forward(Tensor statistics, Tensor? matrix, int height, int width)
    {
        long[] shape = statistics.Shape;
        Tensor gates = matrix is not null
            ? statistics.Reshape(shape[0], -1).MatMul(matrix)
            : _convolution.Forward(statistics.Reshape(shape[0], height, width, shape[2]).Permute(0, 3, 1, 2).Narrow(1, 0, Planes)).Reshape(shape[0], shape[1]);
        return gates.Sigmoid();
    }

    private static float[] Matrix(ReadOnlySpan<float> kernel, int height, int width, int columns)
    {
        int pixels = height * width;
        var matrix = new float[pixels * columns * pixels];
        for (int i = 0; i < kernel.Length; i++)
        {
            int plane = i / (Kernel * Kernel);
            int down = (i / Kernel % Kernel) - (Kernel / 2);
            int right = (i % Kernel) - (Kernel / 2);
            for (int y = Math.Max(0, -down); y < Math.Min(height, height - down); y++)
            {
                for (int x = Math.Max(0, -right); x < Math.Min(width, width - right); x++)
                {
                    int from = ((y + down) * width) + x + right;
                    matrix[(((from * columns) + plane) * pixels) + (y * width) + x] = kernel[i];
                }
            }
        }
        return matrix;
    }
}
