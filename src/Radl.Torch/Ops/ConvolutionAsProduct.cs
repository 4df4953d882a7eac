namespace Radl.Torch;

/// <summary>A 3x3 convolution of few pixels by many weights, in half precision on a CPU, as one product of the pixels' neighbourhoods and the kernel.</summary>
/// <remarks>
/// libtorch reorders a convolution's weights at every call. With some hundred pixels that costs a third of the time: 1,280 to 1,280 channels over two grids of 8x8 take 6.6 ms, as a product
/// 4.8. A kernel in channels-last order is the product's matrix as it lies, so nothing is held twice; from 512 pixels on the two are even.
/// </remarks>
internal static class ConvolutionAsProduct
{
    private const long MostPixels = 256;
    private const long LeastWeights = 1 << 22;

    public static bool Pays(Tensor input, Tensor weight, int stride, int padding)
    {
        if (stride != 1 || padding != 1 || !input.DType.IsHalf() || !input.Device.IsCpu || Autograd.IsRecording || weight.Count < LeastWeights)
        {
            return false;
        }
        long[] kernel = weight.Shape;
        long[] shape = input.Shape;
        return kernel[2] == 3 && kernel[3] == 3 && shape.Length == 4 && shape[0] * shape[2] * shape[3] <= MostPixels && weight.IsChannelsLast && input.IsChannelsLast;
    }

    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias)
    {
        using var scope = TensorScope.Enter();
        long[] shape = input.Shape;
        (long n, long c, long h, long w) = (shape[0], shape[1], shape[2], shape[3]);
        Tensor padded = input.Permute(0, 2, 3, 1).Pad([0, 0, 1, 1, 1, 1]);
        long row = (w + 2) * c;
        // Of a pixel's neighbourhood each of the three rows lies in one piece.
        Tensor around = padded.AsStrided([n, h, w, 3, 3 * c], [(h + 2) * row, row, c, row, 1], 0).Reshape(n * h * w, 9 * c);
        Tensor product = Functional.Linear(around, weight.Permute(0, 2, 3, 1).Reshape(weight.Size(0), 9 * c), bias);
        return scope.Return(product.Reshape(n, h, w, weight.Size(0)).Permute(0, 3, 1, 2));
    }
}
