using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>How long a row of scores is made for libtorch's softmax.</summary>
/// <remarks>
/// On a CPU it takes what is left of a row after its vectors element by element, so that 77 keys cost two and a half times as much as 96.
/// </remarks>
public static class SoftmaxRow
{
    private const long LongFrom = 1024;

    /// <summary>Elements of a vector; 1 where a row's rest costs nothing.</summary>
    public static int Vector(DType dtype, Device device) => !device.IsCpu ? 1 : dtype.IsHalf() ? 32 : 16;

    /// <summary>Tokens with what fills the last vector; rows so long that the rest does not matter stay as they are.</summary>
    internal static long Padded(long tokens, Tensor like)
    {
        long vector = Vector(like.DType, like.Device);
        return tokens >= LongFrom ? tokens : (tokens + vector - 1) / vector * vector;
    }

    /// <summary>Added to scores: 0 at tokens, -inf at what fills the vector; [padded].</summary>
    internal static Tensor Closed(long tokens, long padded, DType dtype) =>
        Tensor.Cat([Tensor.Zeros([tokens], dtype), Tensor.Full([padded - tokens], double.NegativeInfinity, dtype)], 0);
}
