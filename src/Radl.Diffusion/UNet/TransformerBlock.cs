using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Diffusion.UNet;

/// <summary>Self-attention, text cross-attention (the site that layout methods take over) and feed-forward, each with norm and residual.</summary>
public sealed class TransformerBlock
{
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;
    private readonly LayerNorm _norm3;
    private readonly CrossAttention _self;
    private readonly FeedForward _feedForward;
    private readonly string _name;

    /// <summary>Takes <c>norm1, attn1, norm2, attn2, norm3, ff</c>.</summary>
    public TransformerBlock(Weights weights, long width, long contextWidth, int heads)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _name = weights.Name;
        _norm1 = new LayerNorm(weights / "norm1", width);
        _self = new CrossAttention(weights / "attn1", width, width, heads, n => Init.Variance(n), n => Init.Variance(n, 0.3));
        _norm2 = new LayerNorm(weights / "norm2", width);
        Site = new AttentionSite((weights / "attn2").Name, new CrossAttention(weights / "attn2", width, contextWidth, heads, n => Init.Variance(n), n => Init.Variance(n, 0.3)));
        _norm3 = new LayerNorm(weights / "norm3", width);
        _feedForward = new FeedForward(weights / "ff", width);
    }

    /// <summary>The text cross-attention.</summary>
    public AttentionSite Site { get; }

    /// <summary>[batch, h * w, width], same shape out.</summary>
    internal Tensor Forward(Tensor hidden, UNetPass pass, int height, int width)
    {
        using var scope = TensorScope.Enter();
        TokenMerging? merging = pass.MergingAt(height, width);
        Tensor attendedSelf = pass.Run(inputs => SelfAttend(SeenInside(pass, "norm1", _norm1.Forward(inputs[0])), merging, height, width), hidden);
        hidden = Seen(pass, "attn1", attendedSelf).AddToFresh(hidden);
        Interruption.Check();
        // From here on only fresh results are changed in place, never this state: it may be the control's own.
        hidden = pass.Control?.Before(Site, hidden, height, width) ?? hidden;
        Tensor normed = Seen(pass, "norm2", _norm2.Forward(hidden));
        // What a control gives may be its own, so it is not added to in place.
        hidden = pass.Control?.Attend(Site, normed, height, width) is { } taken
            ? hidden + Seen(pass, "attn2", taken)
            : Seen(pass, "attn2", Site.Attention.Forward(normed, pass.Text[Site])).AddToFresh(hidden);
        Interruption.Check();
        Tensor fed = pass.Run(inputs => _feedForward.Forward(SeenInside(pass, "norm3", _norm3.Forward(inputs[0]))), hidden);
        hidden = Seen(pass, "ff", fed).AddToFresh(hidden);
        pass.Observe?.Invoke(_name, hidden);
        return scope.Return(hidden);
    }

    private Tensor SelfAttend(Tensor normed, TokenMerging? merging, int height, int width)
    {
        if (merging is null)
        {
            return _self.Forward(normed, _self.Bind(normed));
        }
        using var scope = TensorScope.Enter();
        MergedTokens plan = merging.Plan(normed, height, width);
        Tensor merged = plan.Merge(normed);
        return scope.Return(plan.Spread(_self.Forward(merged, _self.Bind(merged))));
    }

    // What is inside a checkpoint comes twice, and the first time on a graph that goes.
    private Tensor SeenInside(UNetPass pass, string part, Tensor value) => pass.Options.Checkpoint ? value : Seen(pass, part, value);

    private Tensor Seen(UNetPass pass, string part, Tensor value)
    {
        pass.Observe?.Invoke($"{_name}.{part}", value);
        return value;
    }
}
