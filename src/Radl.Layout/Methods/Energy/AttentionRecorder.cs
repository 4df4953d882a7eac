using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Layout.Methods.Energy;

/// <summary>Collects the attention probabilities of chosen sites on the way through the U-Net, which computes what it would without it.</summary>
/// <remarks>Where autograd records, the probabilities are part of the graph. One recorder serves one pass; it owns what it collected.</remarks>
/// <param name="sites">Names of the sites.</param>
/// <param name="text">The prompts that the pass is given.</param>
public sealed class AttentionRecorder(IReadOnlySet<string> sites, TextContext text) : IAttentionControl, IDisposable
{
    private readonly List<SiteAttention> _maps = [];

    /// <summary>What was collected so far, in the order of the pass.</summary>
    public IReadOnlyList<SiteAttention> Maps => _maps;

    /// <inheritdoc/>
    public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (!sites.Contains(site.Name))
        {
            return null;
        }
        using var scope = TensorScope.Enter();
        (Tensor attended, Tensor probabilities) = text[site].AttendWithProbabilities(site.Attention.Queries(hidden));
        _maps.Add(new SiteAttention(site.Name, height, width, probabilities.Keep()));
        return scope.Return(site.Attention.Project(ScaledDotProduct.JoinHeads(attended)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _maps.ForEach(map => map.Probabilities.Dispose());
        _maps.Clear();
    }
}
