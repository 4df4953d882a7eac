using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Instances;

/// <summary>Self-attention over the whole picture in which a pixel sees only pixels that share a region, or the background, with it.</summary>
internal sealed class LayoutAttention
{
    private readonly Linear _toQuery;
    private readonly Linear _toKey;
    private readonly Linear _toValue;
    private readonly Linear _toOut;
    private readonly int _heads;

    public LayoutAttention(Weights weights, LayoutSite site)
    {
        _heads = site.Heads;
        _toQuery = new Linear(weights / "to_q", site.Channels, site.Channels, bias: false);
        _toKey = new Linear(weights / "to_k", site.Channels, site.Channels, bias: false);
        _toValue = new Linear(weights / "to_v", site.Channels, site.Channels, bias: false);
        _toOut = new Linear(weights / "to_out" / 0, site.Channels, site.Channels);
    }

    /// <summary>Attends over the attention's raw input.</summary>
    /// <param name="hidden">[A, pixels, C].</param>
    /// <param name="closedPairs">-inf at closed pairs, [A, 1, pixels, pixels].</param>
    public Tensor Forward(Tensor hidden, Tensor closedPairs)
    {
        Tensor queries = ScaledDotProduct.SplitHeads(_toQuery.Forward(hidden), _heads);
        Tensor keys = ScaledDotProduct.SplitHeads(_toKey.Forward(hidden), _heads);
        Tensor values = ScaledDotProduct.SplitHeads(_toValue.Forward(hidden), _heads);
        return _toOut.Forward(ScaledDotProduct.JoinHeads(ScaledDotProduct.Attend(queries, keys, values, closedPairs)));
    }
}
