using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>softmax(Q K^T / sqrt(d)) V per head.</summary>
public static class ScaledDotProduct
{
    private const long BlockedFrom = 1024;
    private const long FewScores = 1L << 22;

    /// <summary>[batch, tokens, channels] to [batch, heads, tokens, head width].</summary>
    public static Tensor SplitHeads(Tensor tokens, int heads)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        long[] shape = tokens.Shape;
        return tokens.Reshape(shape[0], shape[1], heads, shape[2] / heads).Transpose(1, 2);
    }

    /// <summary>Some of several projections in one, [batch * tokens, projections * channels], to [count, batch, heads, tokens, head width]: one copy, that each product would make by itself.</summary>
    /// <param name="projected">Row by row.</param>
    /// <param name="batch">Of the result.</param>
    /// <param name="projections">In a row.</param>
    /// <param name="heads">They divide the channels.</param>
    /// <param name="first">Of the wanted ones.</param>
    /// <param name="count">How many are wanted.</param>
    public static Tensor SplitHeads(Tensor projected, long batch, int projections, int heads, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(projected);
        return projected.Reshape(batch, projected.Size(0) / batch, projections, heads, -1).Permute(2, 0, 3, 1, 4).Narrow(0, first, count).Contiguous();
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
    /// <param name="mask">Added to the scores before the softmax, of at least two dimensions, broadcast to [batch, heads, n, m]; null for none.</param>
    /// <returns>[batch, heads, n, d].</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return Run(queries, keys, values, mask, 1 / Math.Sqrt(queries.Size(3)));
    }

    /// <summary>The same for keys, or queries, from <see cref="Prescale"/>.</summary>
    public static Tensor AttendPrescaled(Tensor queries, Tensor keys, Tensor values, Tensor? mask = null) => Run(queries, keys, values, mask, null);

    /// <summary>
    /// The same where there may be more pairs than memory should hold scores of: beyond some millions the queries go block by block, whatever their number and the
    /// keys'. Under autograd, which keeps all scores, they do not.
    /// </summary>
    public static Tensor AttendManyPrescaled(Tensor queries, Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        bool few = queries.Size(0) * queries.Size(1) * queries.Size(2) * keys.Size(2) <= FewScores;
        return few || Records(queries, keys, values) || FusedAttention.Pays(queries) ? Run(queries, keys, values, null, null) : BlockedAttention.Attend(queries, keys, values, null);
    }

    /// <summary>Keys, or what makes queries, with the factor 1 / sqrt(d), for those that are used again; as they are where a fused kernel brings the factor itself.</summary>
    /// <param name="factor">Of the product of queries and keys.</param>
    /// <param name="headWidth">d.</param>
    public static Tensor Prescale(Tensor factor, long headWidth)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return FusedAttention.Pays(factor) ? factor : factor * (1 / Math.Sqrt(headWidth));
    }

    /// <summary>A mask that is used again, laid out as it is added to the scores of heads of some width; its shape stays.</summary>
    public static Tensor LayMask(Tensor mask, long headWidth)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return KeysFirst.Pays(mask, headWidth) ? KeysFirst.Lay(mask) : mask;
    }

    /// <summary>The attention probabilities, [batch, heads, n, m].</summary>
    public static Tensor Probabilities(Tensor queries, Tensor keys, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        return Shares(queries * (1 / Math.Sqrt(queries.Size(3))), keys, mask);
    }

    /// <summary>softmax(Q K^T): either factor is scaled already.</summary>
    internal static Tensor Shares(Tensor queries, Tensor keys, Tensor? mask)
    {
        Tensor scores = queries.MatMul(keys.Transpose(2, 3));
        // In place is safe under autograd too: a product's gradient needs its factors, not its result.
        return (mask is null ? scores : scores.AddInPlace(mask)).Softmax(-1);
    }

    private static Tensor Run(Tensor queries, Tensor keys, Tensor values, Tensor? mask, double? scale)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (FusedAttention.Pays(queries))
        {
            return FusedAttention.Attend(queries, keys, values, mask);
        }
        bool blocked = mask is null && keys.Size(2) >= BlockedFrom && queries.Size(2) >= BlockedFrom && queries.Device.IsCpu && !Records(queries, keys, values);
        if (blocked)
        {
            return BlockedAttention.Attend(queries, keys, values, scale);
        }
        Tensor scaled = scale is { } factor ? queries * factor : queries;
        return KeysFirst.Pays(queries, queries.Size(3)) ? KeysFirst.Gather(KeysFirst.Shares(scaled, keys, mask), values) : Shares(scaled, keys, mask).MatMul(values);
    }

    private static bool Records(Tensor queries, Tensor keys, Tensor values) => queries.RequiresGrad || keys.RequiresGrad || values.RequiresGrad;
}
