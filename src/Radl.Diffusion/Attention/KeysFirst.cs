using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>Attention with a row of scores per key instead of one per query: V^T softmax(K Q^T), the softmax over the rows.</summary>
/// <remarks>
/// On a CPU in half precision libtorch's softmax along a row is slow: it takes what is left after the last vector element by element, and
/// short rows cost more than their elements. Across the rows it goes through the queries with whole vectors, so that nothing need be filled
/// up. Fewer queries than a vector has elements are joined by those of the other heads. Heads of a hundred channels and more lose as much in the
/// products as they gain here.
/// </remarks>
public static class KeysFirst
{
    private const long WideHead = 128;

    /// <summary>Whether to attend this way.</summary>
    internal static bool Pays(Tensor like, long headWidth) => headWidth < WideHead && Pays(like) && !FusedAttention.Pays(like);

    /// <summary>Whether a softmax alone gains, which no fused kernel replaces.</summary>
    internal static bool Pays(Tensor like) => like.Device.IsCpu && like.DType.IsHalf();

    /// <summary>The attention probabilities, [batch, heads, m, n].</summary>
    /// <param name="queries">[batch, heads, n, d].</param>
    /// <param name="keys">[batch or 1, heads, m, d]; they or the queries have the factor.</param>
    /// <param name="mask">As in <see cref="ScaledDotProduct.Attend"/>.</param>
    internal static Tensor Shares(Tensor queries, Tensor keys, Tensor? mask)
    {
        Tensor scores = keys.MatMul(queries.Transpose(2, 3));
        // In place is safe under autograd too: a product's gradient needs its factors, not its result.
        Tensor masked = mask is null ? scores : scores.AddInPlace(mask.Transpose(-2, -1));
        return queries.Size(2) < SoftmaxRow.Vector(queries.DType, queries.Device)
            ? masked.Transpose(1, 2).Contiguous().Softmax(1).Transpose(1, 2)
            : masked.Softmax(2);
    }

    /// <summary>[batch, heads, n, d], laid out channel by channel.</summary>
    /// <param name="shares">Attention probabilities, [batch, heads, m, n].</param>
    /// <param name="values">[batch or 1, heads, m, d].</param>
    public static Tensor Gather(Tensor shares, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Transpose(2, 3).MatMul(shares).Transpose(2, 3);
    }

    /// <summary>A tensor's last two dimensions laid out the other way around; its shape stays.</summary>
    internal static Tensor Lay(Tensor tensor) => tensor.Transpose(-2, -1).Contiguous().Transpose(-2, -1);
}
