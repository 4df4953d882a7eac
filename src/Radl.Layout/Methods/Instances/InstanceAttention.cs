using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Attends from an instance's enhanced features to its label and its place (RaDL eq. 3).</summary>
/// <remarks>The context has few tokens and does not change over the steps, so it is bound with the projections folded in.</remarks>
internal sealed class InstanceAttention
{
    private readonly CrossAttention _attention;
    private readonly PositionEmbedding _position;
    private readonly InstanceContext _context;

    public InstanceAttention(Weights weights, LayoutSite site, InstanceConfig config)
    {
        _context = config.InstanceContext;
        long width = _context == InstanceContext.OneWideToken ? 2 * config.ContextWidth : config.ContextWidth;
        _attention = new CrossAttention(weights / "ea", site.Channels, width, site.Heads);
        _position = new PositionEmbedding(weights / "pos_net", config);
    }

    /// <summary>Folds the projections into each instance's context.</summary>
    public BoundContext Bind(LayoutConditions conditions)
    {
        Tensor pooled = conditions.Pooled;
        Tensor position = _position.Forward(conditions.Boxes, pooled.DType, pooled.Device);
        Tensor tokens = _context switch
        {
            InstanceContext.TwoTokens => Tensor.Stack([pooled, position], 1),
            InstanceContext.OneWideToken => Tensor.Cat([pooled, position], 1).Unsqueeze(1),
            _ => Tensor.Cat([conditions.Labels, position.Unsqueeze(1)], 1),
        };
        return new BoundContext(_attention.Fold(tokens), position);
    }

    /// <summary>[S, L, C] to [S, L, C], not masked.</summary>
    public static Tensor Forward(Tensor enhanced, BoundContext context, LayoutTrace? trace)
    {
        if (trace is null)
        {
            return context.Tokens.Attend(enhanced);
        }
        (Tensor attended, Tensor probabilities) = context.Tokens.AttendWithProbabilities(enhanced);
        trace.InstanceProbabilities = probabilities;
        trace.Positions = context.Positions.Detach();
        return attended;
    }
}

/// <summary>Contexts of the instances.</summary>
/// <param name="Tokens">Label and place, with the attention's projections folded in.</param>
/// <param name="Positions">Position tokens, [S, width].</param>
internal sealed record BoundContext(FoldedContext Tokens, Tensor Positions);
