using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>Attends from the normalised image to the prompt's verbs, wherever an instance is (RaDL eq. 6).</summary>
internal sealed class RelationAttention
{
    private readonly CrossAttention _attention;

    public RelationAttention(Weights weights, RadlSiteConfig site, long contextWidth) =>
        _attention = new CrossAttention(weights / "vca", site.Channels, contextWidth, site.Heads);

    /// <summary>Keys and values of the verbs, [A, tokens, width].</summary>
    public KeysValues Bind(Tensor verbs) => _attention.Bind(verbs);

    /// <summary>[A, pixels, C], zero where no region is.</summary>
    /// <param name="normalised">[A, pixels, C].</param>
    /// <param name="verbs">Bound verbs.</param>
    /// <param name="total">Where any region is, [A, pixels, 1].</param>
    /// <param name="heat">Receives the probabilities, mean over the heads, [A, pixels, tokens]; null skips them.</param>
    public Tensor Forward(Tensor normalised, KeysValues verbs, Tensor total, Action<Tensor>? heat)
    {
        if (heat is null)
        {
            return _attention.Forward(normalised, verbs) * total;
        }
        (Tensor attended, Tensor probabilities) = verbs.AttendWithProbabilities(_attention.Queries(normalised));
        heat(probabilities.Mean([1]));
        return _attention.Project(ScaledDotProduct.JoinHeads(attended)) * total;
    }
}
