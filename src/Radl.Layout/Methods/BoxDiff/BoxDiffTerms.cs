using Radl.Torch;

namespace Radl.Layout.Methods.BoxDiff;

/// <summary>What BoxDiff's energy is made of: one value per term, a term being one token with one box of one image.</summary>
/// <param name="Inside">Mean of the strongest attention inside the box, [terms].</param>
/// <param name="Outside">The same outside of it, [terms].</param>
/// <param name="CornerX">How far the attention's profile over columns is from the box's near its two edges, [terms].</param>
/// <param name="CornerY">The same over rows, [terms].</param>
public sealed record BoxDiffTerms(Tensor Inside, Tensor Outside, Tensor CornerX, Tensor CornerY)
{
    /// <summary>Inner-box energies max(0, 1 - inside), [terms].</summary>
    public Tensor Inner() => (1 - Inside).Relu();

    /// <summary>Whole energies, inner + outer + corner, [terms].</summary>
    public Tensor Whole() => Inner() + Outside.Relu() + CornerX + CornerY;
}
