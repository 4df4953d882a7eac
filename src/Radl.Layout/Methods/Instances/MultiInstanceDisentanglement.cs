using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Runs the frozen text cross-attention once for each row with its prompt and once for each instance with its label (RaDL eq. 1).</summary>
/// <remarks>Queries are shared: an instance's are those of its scene at its own pixels. All results pass the output projection together.</remarks>
internal static class MultiInstanceDisentanglement
{
    /// <summary>Attends to the prompts only.</summary>
    public static Tensor Prompts(CrossAttention attention, Tensor hidden, KeysValues prompts) => attention.Forward(hidden, prompts);

    /// <summary>Attends to prompts and labels.</summary>
    /// <param name="attention">The frozen attention.</param>
    /// <param name="hidden">All rows, [rows, pixels, C].</param>
    /// <param name="prompts">Keys and values of every row's prompt.</param>
    /// <param name="labels">Keys and values of every instance's label.</param>
    /// <param name="grid">The instances' pixels.</param>
    /// <returns>Every row with its prompt, [rows, pixels, C]; every instance with its label, not yet masked, [S, L, C].</returns>
    public static (Tensor Prompts, Tensor Labels) Forward(CrossAttention attention, Tensor hidden, KeysValues prompts, KeysValues labels, RegionGrid grid)
    {
        long[] shape = hidden.Shape;
        long channels = shape[2];
        Tensor queries = attention.Queries(hidden);
        Tensor ofPrompts = ScaledDotProduct.JoinHeads(prompts.Attend(queries));
        Tensor ofInstances = queries.Transpose(1, 2).Reshape(-1, channels)
            .IndexSelect(0, grid.TextRows)
            .Reshape(-1, grid.PixelsPerInstance, channels);
        Tensor ofLabels = ScaledDotProduct.JoinHeads(labels.Attend(ScaledDotProduct.SplitHeads(ofInstances, attention.Heads)));
        Tensor projected = attention.Project(Tensor.Cat([ofPrompts.Reshape(-1, channels), ofLabels.Reshape(-1, channels)], 0));
        long promptRows = shape[0] * shape[1];
        return (
            projected.Narrow(0, 0, promptRows).Reshape(shape),
            projected.Narrow(0, promptRows, projected.Size(0) - promptRows).Reshape(-1, grid.PixelsPerInstance, channels));
    }
}
