using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>softmax(Q K^T / sqrt(d)) V per head.</summary>
public static class ScaledDotProduct
{
    private const long BlockedFrom = 1024;
    private const long BlockRows = 512;

    /// <summary>[batch, tokens, channels] to [batch, heads, tokens, head width].</summary>
    public static Tensor SplitHeads(Tensor tokens, int heads)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        long[] shape = tokens.Shape;
        return tokens.Reshape(shape[0], shape[1], heads, shape[2] / heads).Transpose(1, 2);
    }

    /// <summary>[batch, heads, tokens, head width] to [batch, tokens, channels].</summary>
    public static Tensor JoinHeads(Tensor heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        long[] shape = heads.Shape;
        return heads.Transpose(1, 2).Reshape(shape[0], shape[2], shape[1] * shape[3]);
    }

    /// <summary>Attention of every query to all keys.</summary>
    /// <param name="queries">[batch, heads, n, d].</param>
    /// <param name="keys">[batch or 1, heads, m, d].</param>
    /// <param name="values">[batch or 1, heads, m, d].</param>
    /// <param name="mask">Added to the scores before the softmax, broadcast to [batch, heads, n, m]; null for none.</param>
    /// <returns>[batch, heads, n, d].</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (FusedAttention.Pays(queries))
        {
            return FusedAttention.Attend(queries, keys, values, mask);
        }
        bool blocked = mask is null && keys.Size(2) >= BlockedFrom && queries.Size(2) >= BlockedFrom && queries.Device.IsCpu
            && !queries.RequiresGrad && !keys.RequiresGrad && !values.RequiresGrad;
        return blocked ? AttendInBlocks(queries, keys, values) : Probabilities(queries, keys, mask).MatMul(values);
    }

    /// <summary>The attention probabilities, [batch, heads, n, m].</summary>
    public static Tensor Probabilities(Tensor queries, Tensor keys, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        Tensor scores = (queries * (1 / Math.Sqrt(queries.Size(3)))).MatMul(keys.Transpose(2, 3));
        // In place is safe under autograd too: a product's gradient needs its factors, not its result.
        return (mask is null ? scores : scores.AddInPlace(mask)).Softmax(-1);
    }

    // Per head and per block of queries the scores stay in cache, in one buffer for all; the whole [n, m] matrix never exists.
    // Batched products over heads are far slower in bf16, and K^T is copied once per head because every block reads it.
    private static Tensor AttendInBlocks(Tensor queries, Tensor keys, Tensor values)
    {
        using var whole = TensorScope.Enter();
        long[] shape = queries.Shape;
        // Laid out by tokens, as the output projection reads it: joining the heads is then no copy.
        Tensor result = Tensor.Empty([shape[0], shape[2], shape[1], shape[3]], queries.DType, queries.Device).Transpose(1, 2);
        Tensor buffer = Tensor.Empty([Math.Min(BlockRows, shape[2]), keys.Size(2)], queries.DType, queries.Device);
        double scale = 1 / Math.Sqrt(shape[3]);
        for (long b = 0; b < shape[0]; b++)
        {
            long source = keys.Size(0) == 1 ? 0 : b;
            for (long h = 0; h < shape[1]; h++)
            {
                using var scope = TensorScope.Enter();
                Tensor keysT = keys.Select(0, source).Select(0, h).Transpose(0, 1).Contiguous();
                Tensor headValues = values.Select(0, source).Select(0, h).Contiguous();
                Tensor headQueries = queries.Select(0, b).Select(0, h);
                Tensor headResult = result.Select(0, b).Select(0, h);
                for (long row = 0; row < shape[2]; row += BlockRows)
                {
                    using var block = TensorScope.Enter();
                    long rows = Math.Min(BlockRows, shape[2] - row);
                    Tensor scores = buffer.Narrow(0, 0, rows);
                    (headQueries.Narrow(0, row, rows) * scale).MatMulInto(keysT, scores);
                    scores.SoftmaxInto(scores, -1);
                    headResult.Narrow(0, row, rows).CopyFrom(scores.MatMul(headValues));
                }
            }
        }
        return whole.Return(result);
    }
}
