using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>Attends from the normalised image to the prompt's verbs, wherever an instance is (RaDL eq. 6).</summary>
internal sealed class RelationAttention
{
    private readonly CrossAttention _attention;

    public RelationAttention(Weights weights, RadlSiteConfig site, long contextWidth) =>
        _attention = new CrossAttention(weights / "vca", site.Channels, contextWidth, site.Heads);

    /// <summary>The verbs, [A, tokens, width], with the projections folded in.</summary>
    public FoldedContext Bind(Tensor verbs) => _attention.Fold(verbs);

    /// <summary>[A, pixels, C], zero where no region is.</summary>
    /// <param name="normalised">[A, pixels, C].</param>
    /// <param name="verbs">Bound verbs.</param>
    /// <param name="total">Where any region is, [A, pixels, 1].</param>
    /// <param name="heat">Receives the probabilities, mean over the heads, [A, pixels, tokens]; null skips them.</param>
    public static Tensor Forward(Tensor normalised, FoldedContext verbs, Tensor total, Action<Tensor>? heat)
    {
        if (heat is null)
        {
            return verbs.Attend(normalised) * total;
        }
        (Tensor attended, Tensor probabilities) = verbs.AttendWithProbabilities(normalised);
        heat(probabilities.Mean([2]));
        return attended * total;
    }
}
