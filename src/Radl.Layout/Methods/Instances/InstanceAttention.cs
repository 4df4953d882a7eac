using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Instances;

/// <summary>Attends from an instance's enhanced features to its label and its place (RaDL eq. 3).</summary>
/// <remarks>
/// The context has two tokens and does not change over the steps, so both big projections fold into it when it is bound:
/// softmax(F W_q K^T / sqrt(d)) V W_o = softmax(F (W_q K^T / sqrt(d))) (V W_o). A step then costs heads x tokens columns
/// instead of two C x C products per pixel, and the gradients still reach every projection.
/// </remarks>
internal sealed class InstanceAttention
{
    private readonly Linear _toQuery;
    private readonly Linear _toKey;
    private readonly Linear _toValue;
    private readonly Linear _toOut;
    private readonly PositionEmbedding _position;
    private readonly InstanceContext _context;
    private readonly int _heads;
    private readonly long _channels;

    public InstanceAttention(Weights weights, LayoutSite site, LayoutConfig config)
    {
        _heads = site.Heads;
        _channels = site.Channels;
        _context = config.InstanceContext;
        long width = _context == InstanceContext.OneWideToken ? 2 * config.ContextWidth : config.ContextWidth;
        Weights attention = weights / "ea";
        _toQuery = new Linear(attention / "to_q", site.Channels, site.Channels, bias: false);
        _toKey = new Linear(attention / "to_k", width, site.Channels, bias: false);
        _toValue = new Linear(attention / "to_v", width, site.Channels, bias: false);
        _toOut = new Linear(attention / "to_out" / 0, site.Channels, site.Channels);
        _position = new PositionEmbedding(weights / "pos_net", config);
    }

    /// <summary>Folds the projections into each instance's context.</summary>
    public FoldedContext Bind(LayoutConditions conditions)
    {
        Tensor pooled = conditions.Pooled;
        Tensor position = _position.Forward(conditions.Boxes, pooled.DType, pooled.Device);
        Tensor tokens = _context switch
        {
            InstanceContext.TwoTokens => Tensor.Stack([pooled, position], 1),
            InstanceContext.OneWideToken => Tensor.Cat([pooled, position], 1).Unsqueeze(1),
            _ => Tensor.Cat([conditions.Labels, position.Unsqueeze(1)], 1),
        };
        long instances = tokens.Size(0);
        long count = tokens.Size(1);
        long headWidth = _channels / _heads;

        // [heads, S * tokens, d] x [heads, d, C]
        Tensor scores = ByHead(_toKey.Forward(tokens)).Bmm((_toQuery.Weight * (1 / Math.Sqrt(headWidth))).Reshape(_heads, headWidth, _channels));
        Tensor results = ByHead(_toValue.Forward(tokens)).Bmm(_toOut.Weight.Transpose(0, 1).Reshape(_heads, headWidth, _channels));
        return new FoldedContext(
            Unfold(scores, 1, 3, 0, 2).Reshape(instances, _channels, _heads * count),
            Unfold(results, 1, 0, 2, 3).Reshape(instances, _heads * count, _channels),
            position,
            (int)count);

        Tensor ByHead(Tensor projected) =>
            projected.Reshape(instances * count, _heads, headWidth).Transpose(0, 1);

        Tensor Unfold(Tensor folded, params long[] order) =>
            folded.Reshape(_heads, instances, count, _channels).Permute(order);
    }

    /// <summary>[S, L, C] to [S, L, C], not masked.</summary>
    public Tensor Forward(Tensor enhanced, FoldedContext context, LayoutTrace? trace)
    {
        long[] shape = enhanced.Shape;
        Tensor probabilities = enhanced.Bmm(context.Scores).Reshape(shape[0], shape[1], _heads, context.Tokens).Softmax(-1);
        if (trace is not null)
        {
            trace.InstanceProbabilities = probabilities;
            trace.Positions = context.Positions.Detach();
        }
        return _toOut.Bias!.AddBmm(probabilities.Reshape(shape[0], shape[1], -1), context.Results);
    }
}

/// <summary>Contexts of the instances with an attention's projections folded in.</summary>
/// <param name="Scores">From features to scores, [S, C, heads * tokens].</param>
/// <param name="Results">From probabilities to results, [S, heads * tokens, C].</param>
/// <param name="Positions">Position tokens, [S, width].</param>
/// <param name="Tokens">Tokens per instance.</param>
internal sealed record FoldedContext(Tensor Scores, Tensor Results, Tensor Positions, int Tokens);
