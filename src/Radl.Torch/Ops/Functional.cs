namespace Radl.Torch;

/// <summary>Stateless layers: the arithmetic of modules, with weights as arguments.</summary>
public static class Functional
{
    private static readonly Op LinearOp = Op.Find("aten::linear");
    private static readonly Op Conv2dOp = Op.Find("aten::conv2d");
    private static readonly Op LayerNormOp = Op.Find("aten::layer_norm");
    private static readonly Op EmbeddingOp = Op.Find("aten::embedding");
    private static readonly Op BilinearOp = Op.Find("aten::upsample_bilinear2d");
    private static readonly Op NearestOp = Op.Find("aten::upsample_nearest2d");
    private static readonly Op AveragePoolOp = Op.Find("aten::adaptive_avg_pool2d");

    /// <summary>x W^T + b. Weight [out, in]; input [..., in].</summary>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias) => LinearOp.Call(input, weight, bias);

    /// <summary>Two-dimensional convolution. Input [batch, in, h, w]; weight [out, in, kh, kw].</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias, int stride = 1, int padding = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weight);
        return ConvolutionAsProduct.Pays(input, weight, stride, padding)
            ? ConvolutionAsProduct.Apply(input, weight, bias)
            : Conv2dOp.Call(input, weight, bias, new long[] { stride, stride }, new long[] { padding, padding }, new long[] { 1, 1 }, 1);
    }

    /// <summary>Layer normalisation over the last dimension; its sums are in fp32 for every type.</summary>
    /// <remarks>The half types' kernel of libtorch 1.13 is scalar code on the CPU, seven times slower than the way through fp32; 2.x has vectors.</remarks>
    public static Tensor LayerNorm(Tensor input, Tensor weight, Tensor bias, double eps)
    {
        long[] shape = [weight.Count];
        return input.DType.IsHalf() && input.Device.IsCpu && TorchRuntime.IsBefore2
            ? LayerNormOp.Call(input.To(DType.Float32), shape, weight.To(DType.Float32), bias.To(DType.Float32), eps, false).To(input.DType)
            : LayerNormOp.Call(input, shape, weight, bias, eps, false);
    }

    /// <summary>Group normalisation; see <see cref="GroupNormalization"/> for the half types.</summary>
    public static Tensor GroupNorm(Tensor input, int groups, Tensor weight, Tensor bias, double eps) =>
        GroupNormalization.Apply(input, groups, weight, bias, eps);

    /// <summary>Rows of a table. Ids int64 of any shape; result [..., width].</summary>
    public static Tensor Embedding(Tensor table, Tensor ids) => EmbeddingOp.Call(table, ids);

    /// <summary>Bilinear resizing without antialiasing, corners not aligned. Input [batch, channels, h, w].</summary>
    /// <remarks>Half types on the CPU go through fp32: libtorch 1.13 rounds the weights and every partial sum, 1 % of the largest value.</remarks>
    public static Tensor InterpolateBilinear(Tensor input, long height, long width)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.DType.IsHalf() && input.Device.IsCpu
            ? BilinearOp.Call(input.To(DType.Float32), new[] { height, width }, false).To(input.DType)
            : BilinearOp.Call(input, new[] { height, width }, false);
    }

    /// <summary>Nearest-neighbour resizing. Input [batch, channels, h, w].</summary>
    public static Tensor InterpolateNearest(Tensor input, long height, long width) =>
        NearestOp.Call(input, new[] { height, width });

    /// <summary>Means over equal areas. Input [batch, channels, h, w].</summary>
    public static Tensor AveragePool(Tensor input, long height, long width) => AveragePoolOp.Call(input, new[] { height, width });
}
