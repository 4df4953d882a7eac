using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>A short context that does not change, with an attention's query and output projections folded into it.</summary>
/// <remarks>
/// softmax(X W_q K^T / sqrt(d)) V W_o = softmax(X (W_q K^T / sqrt(d))) (V W_o). A step then costs heads x tokens columns instead of two
/// C x C products per pixel and a batched product per head, and gradients still reach every projection. Two tokens need no softmax: the
/// first one's share is the sigmoid of the difference of their scores.
/// </remarks>
public sealed class FoldedContext : IDisposable
{
    private readonly Tensor _scores;
    private readonly Tensor _results;
    private readonly Tensor _base;
    private readonly Tensor? _offset;
    private readonly int _heads;
    private readonly int _tokens;
    private readonly bool _isKeysFirst;

    private FoldedContext(Tensor scores, Tensor results, Tensor rest, Tensor? offset, int heads, int tokens, bool isKeysFirst)
    {
        _scores = scores;
        _results = results;
        _base = rest;
        _offset = offset;
        _heads = heads;
        _tokens = tokens;
        _isKeysFirst = isKeysFirst;
    }

    private bool IsPair => _tokens == 2;

    /// <summary>Folds; the current scope owns what is made.</summary>
    /// <param name="keys">[batch, tokens, C].</param>
    /// <param name="values">[batch, tokens, C].</param>
    /// <param name="toQuery">W_q, [C, C], output first.</param>
    /// <param name="toOut">W_o, [C, C], output first.</param>
    /// <param name="bias">Of the output projection, [C].</param>
    /// <param name="heads">They divide C.</param>
    internal static FoldedContext Of(Tensor keys, Tensor values, Tensor toQuery, Tensor toOut, Tensor bias, int heads)
    {
        long[] shape = keys.Shape;
        (long batch, long tokens, long channels) = (shape[0], shape[1], shape[2]);
        long width = channels / heads;
        // [heads, batch * tokens, d] x [heads, d, C]
        Tensor scores = ByHead(keys).Bmm((toQuery * (1 / Math.Sqrt(width))).Reshape(heads, width, channels)).Reshape(heads, batch, tokens, channels);
        Tensor results = ByHead(values).Bmm(toOut.Transpose(0, 1).Reshape(heads, width, channels)).Reshape(heads, batch, tokens, channels);
        if (tokens == 2)
        {
            Tensor second = results.Select(2, 1);
            return new FoldedContext(
                (scores.Select(2, 0) - scores.Select(2, 1)).Permute(1, 2, 0).Contiguous(),
                (results.Select(2, 0) - second).Transpose(0, 1).Contiguous(),
                second.Sum([0]).Unsqueeze(1) + bias,
                null,
                heads,
                2,
                false);
        }
        if (KeysFirst.Pays(keys))
        {
            return new FoldedContext(
                scores.Transpose(0, 1).Reshape(batch, heads * tokens, channels).Contiguous(),
                results.Permute(1, 3, 0, 2).Reshape(batch, channels, heads * tokens).Contiguous(),
                bias.Unsqueeze(1),
                null,
                heads,
                (int)tokens,
                true);
        }
        long padded = SoftmaxRow.Padded(tokens, keys);
        Tensor? closed = null;
        if (padded > tokens)
        {
            Tensor zeros = Tensor.Zeros([heads, batch, padded - tokens, channels], keys.DType);
            scores = Tensor.Cat([scores, zeros], 2);
            results = Tensor.Cat([results, zeros], 2);
            closed = SoftmaxRow.Closed(tokens, padded, keys.DType).Reshape(1, 1, padded).Expand(1, heads, padded).Reshape(1, 1, heads * padded);
        }
        return new FoldedContext(
            scores.Permute(1, 3, 0, 2).Reshape(batch, channels, heads * padded).Contiguous(),
            results.Transpose(0, 1).Reshape(batch, heads * padded, channels),
            bias.Unsqueeze(0),
            closed,
            heads,
            (int)tokens,
            false);

        Tensor ByHead(Tensor projected) => projected.Reshape(batch * tokens, heads, width).Transpose(0, 1);
    }

    /// <summary>
    /// The same context for inputs in two parts, [x, g]: x + g W^T + b attends, and this product too is folded in. The current scope owns what is made; the
    /// results are shared with this one.
    /// </summary>
    /// <param name="weight">W, [C, width of g].</param>
    /// <param name="bias">b, [C].</param>
    public FoldedContext WithBranch(Tensor weight, Tensor bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        Tensor scores = _isKeysFirst ? Tensor.Cat([_scores, _scores.MatMul(weight)], 2) : Tensor.Cat([_scores, weight.Transpose(0, 1).MatMul(_scores)], 1);
        Tensor offset = _isKeysFirst ? _scores.MatMul(bias.Unsqueeze(1)) : bias.Unsqueeze(0).MatMul(_scores);
        return new FoldedContext(scores, _results, _base, _offset is null ? offset : offset + _offset, _heads, _tokens, _isKeysFirst);
    }

    /// <summary>[batch, n, C] to [batch, n, C], after the output projection.</summary>
    public Tensor Attend(Tensor hidden) => Apply(Shares(hidden));

    /// <summary>Attends, and gives the attention probabilities too, [batch, n, heads, tokens].</summary>
    public (Tensor Attended, Tensor Probabilities) AttendWithProbabilities(Tensor hidden)
    {
        Tensor shares = Shares(hidden);
        Tensor probabilities = IsPair ? Tensor.Stack([shares, 1 - shares], -1)
            : _isKeysFirst ? shares.Permute(0, 3, 1, 2)
            : shares.Narrow(3, 0, _tokens);
        return (Apply(shares), probabilities);
    }

    /// <summary>Takes the tensors out of the current scope: the caller disposes this.</summary>
    public FoldedContext Keep()
    {
        _scores.Keep();
        _results.Keep();
        _base.Keep();
        _offset?.Keep();
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scores.Dispose();
        _results.Dispose();
        _offset?.Dispose();
        _base.Dispose();
    }

    // Of a pair the first one's share, [batch, n, heads]; else [batch, n, heads, tokens], or with the keys first [batch, heads, tokens, n].
    private Tensor Shares(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        if (IsPair)
        {
            return Scores(hidden, _scores).Sigmoid();
        }
        long[] shape = hidden.Shape;
        if (_isKeysFirst)
        {
            return Scores(_scores, hidden.Transpose(1, 2)).Reshape(shape[0], _heads, _tokens, shape[1]).Softmax(2);
        }
        return Scores(hidden, _scores).Reshape(shape[0], shape[1], _heads, -1).Softmax(-1);
    }

    private Tensor Scores(Tensor left, Tensor right) => _offset is null ? left.Bmm(right) : _offset.AddBmm(left, right);

    private Tensor Apply(Tensor shares)
    {
        long[] shape = shares.Shape;
        if (_isKeysFirst)
        {
            return _base.AddBmm(_results, shares.Reshape(shape[0], -1, shape[3])).Transpose(1, 2);
        }
        return _base.AddBmm(shares.Reshape(shape[0], shape[1], -1), _results);
    }
}
