using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.Attention;

/// <summary>Multi-head attention of image tokens to a context (or to themselves): <c>attn1</c> and <c>attn2</c> of a transformer block.</summary>
/// <remarks>Queries, keys and values have no bias, the output projection has one; heads are consecutive blocks of channels.</remarks>
public sealed class CrossAttention
{
    private readonly Linear _toQuery;
    private readonly Linear _toKey;
    private readonly Linear _toValue;
    private readonly Linear _toOut;

    /// <summary>Takes <c>to_q</c>, <c>to_k</c>, <c>to_v</c> and <c>to_out.0</c>.</summary>
    /// <param name="weights">The attention's place.</param>
    /// <param name="queryWidth">Channels of the image tokens and of the result.</param>
    /// <param name="contextWidth">Width of the context; the query's own for self-attention.</param>
    /// <param name="heads">Heads; they divide <paramref name="queryWidth"/>.</param>
    /// <param name="init">Start of the input projections when fresh; PyTorch's default when null.</param>
    /// <param name="outInit">Start of the output projection when fresh.</param>
    public CrossAttention(Weights weights, long queryWidth, long contextWidth, int heads, Func<long, Init>? init = null, Func<long, Init>? outInit = null)
    {
        if (queryWidth % heads != 0)
        {
            throw new ArgumentException($"{queryWidth} channels cannot be divided into {heads} heads", nameof(heads));
        }
        Heads = heads;
        Width = queryWidth;
        _toQuery = new Linear(weights / "to_q", queryWidth, queryWidth, bias: false, init?.Invoke(queryWidth));
        _toKey = new Linear(weights / "to_k", contextWidth, queryWidth, bias: false, init?.Invoke(contextWidth));
        _toValue = new Linear(weights / "to_v", contextWidth, queryWidth, bias: false, init?.Invoke(contextWidth));
        _toOut = new Linear(weights / "to_out" / 0, queryWidth, queryWidth, init: outInit?.Invoke(queryWidth));
    }

    /// <summary>Number of heads.</summary>
    public int Heads { get; }

    /// <summary>Channels of queries and results.</summary>
    public long Width { get; }

    /// <summary>Keys and values of a context, computed once and used in every step.</summary>
    /// <param name="context">[batch, tokens, context width].</param>
    public KeysValues Bind(Tensor context) => KeysValues.Of(
        ScaledDotProduct.SplitHeads(_toKey.Forward(context), Heads),
        ScaledDotProduct.SplitHeads(_toValue.Forward(context), Heads));

    /// <summary>A short context with both big projections folded into it; pays where the tokens are few and few pixels share them.</summary>
    /// <param name="context">[batch, tokens, context width].</param>
    public FoldedContext Fold(Tensor context) =>
        FoldedContext.Of(_toKey.Forward(context), _toValue.Forward(context), _toQuery.Weight, _toOut.Weight, _toOut.Bias!, Heads);

    /// <summary>Attends to a bound context.</summary>
    /// <param name="hidden">Image tokens, [batch, tokens, channels].</param>
    /// <param name="context">Keys and values of the same batch, or of batch 1 for all.</param>
    /// <returns>[batch, tokens, channels], after the output projection.</returns>
    public Tensor Forward(Tensor hidden, KeysValues context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Project(ScaledDotProduct.JoinHeads(context.Attend(Queries(hidden))));
    }

    /// <summary>Queries, [batch, heads, tokens, head width].</summary>
    public Tensor Queries(Tensor hidden) => ScaledDotProduct.SplitHeads(_toQuery.Forward(hidden), Heads);

    /// <summary>The output projection, on joined heads [batch, tokens, channels].</summary>
    public Tensor Project(Tensor joined) => _toOut.Forward(joined);
}
