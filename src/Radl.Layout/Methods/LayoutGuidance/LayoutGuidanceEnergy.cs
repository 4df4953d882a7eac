using Radl.Layout.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Methods.LayoutGuidance;

/// <summary>The energy of layout guidance (Chen et al. 2024, eq. 3): the squared share of a word's attention that falls outside its box.</summary>
/// <remarks>
/// Per image the mean over sites and regions of the mean over words and heads of (1 - inside / all)^2, between 0 and 1. Several boxes of a region
/// are one area, their union; their edges are cut off to the grid's lines as in the reference.
/// </remarks>
public static class LayoutGuidanceEnergy
{
    /// <summary>The energy of each row, in fp32 whatever the maps' type; gradients flow through.</summary>
    /// <param name="sites">Attention of one batch at one site or more.</param>
    /// <param name="regions">Per row of the maps; a row without regions has energy 0.</param>
    /// <returns>[rows].</returns>
    public static Tensor Evaluate(IReadOnlyList<SiteAttention> sites, IReadOnlyList<IReadOnlyList<GuidedRegion>> regions)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(regions);
        using var scope = TensorScope.Enter();
        (int Row, GuidedRegion Region, int Token)[] words =
            [.. regions.SelectMany((list, row) => list.SelectMany(region => region.Tokens.Select(token => (row, region, token))))];
        Device device = sites[0].Probabilities.Device;
        Tensor zeros = Tensor.Zeros([regions.Count], DType.Float32, device);
        if (words.Length == 0)
        {
            return scope.Return(zeros);
        }
        Tensor row = Tensor.From(Array.ConvertAll(words, word => (long)word.Row)).To(device);
        Tensor weight = Tensor.From(Array.ConvertAll(words, word => (float)(1.0 / (word.Region.Tokens.Count * regions[word.Row].Count * sites.Count)))).To(device);
        Tensor sum = sites.Select(site => OutsideSquared(site, words)).Aggregate((a, b) => a + b);
        return scope.Return(zeros.IndexAdd(0, row, sum * weight));
    }

    // Per word the mean over heads, [words].
    private static Tensor OutsideSquared(SiteAttention site, (int Row, GuidedRegion Region, int Token)[] words)
    {
        long[] shape = site.Probabilities.Shape;
        (long heads, long pixels, long tokens) = (shape[1], shape[2], shape[3]);
        var masks = new float[words.Length * pixels];
        for (int word = 0; word < words.Length; word++)
        {
            foreach (var box in words[word].Region.Boxes)
            {
                CellBox.Truncated(box, site.Height, site.Width).Mark(masks.AsSpan(word * (int)pixels, (int)pixels), site.Width);
            }
        }
        Device device = site.Probabilities.Device;
        Tensor index = Tensor.From(Array.ConvertAll(words, word => (word.Row * tokens) + word.Token)).To(device);
        Tensor maps = site.Probabilities.To(DType.Float32).Permute(0, 3, 1, 2).Reshape(shape[0] * tokens, heads, pixels).IndexSelect(0, index);
        Tensor inside = (maps * Tensor.From<float>(masks, words.Length, 1, pixels).To(device)).Sum([2]);
        return (1 - (inside / maps.Sum([2]))).Square().Mean([1]);
    }
}
