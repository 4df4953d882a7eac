using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>
/// MIGC's fusion without parameters: at every pixel the mean of the prompt's text cross-attention with weight 1 and each
/// instance's with 10 times its mask. It serves any site, so also those that no adapter has a layer for.
/// </summary>
internal static class NaiveFuser
{
    // Of an instance inside its region, against the prompt's 1; and what the reference adds to the sum of weights.
    private const double InstanceWeight = 10;
    private const double Epsilon = 1e-6;

    /// <summary>Computes what does not change over the steps.</summary>
    public static BoundFuser Bind(CrossAttention attention, LayoutConditions conditions, SceneBatch batch, RegionGrid grid)
    {
        using var scope = TensorScope.Enter();
        Tensor scenes = Tensor.Zeros([batch.Active, (long)grid.Height * grid.Width], grid.Masks.DType, grid.Masks.Device);
        Tensor summed = scenes.IndexAdd(0, grid.SceneOfInstance, grid.Masks).Unsqueeze(2);
        return new BoundFuser(
            grid,
            attention.Bind(batch.RowTexts(conditions)).Contiguous().Keep(),
            attention.Bind(conditions.Labels).Contiguous().Keep(),
            (grid.Mask * InstanceWeight).Keep(),
            ((summed * InstanceWeight) + (1 + Epsilon)).Keep());
    }

    /// <summary>[rows, pixels, C] to [rows, pixels, C]; rows without instances keep their own text's attention.</summary>
    public static Tensor Forward(CrossAttention attention, Tensor hidden, BoundFuser bound, SceneBatch batch)
    {
        (Tensor prompts, Tensor labels) = MultiInstanceDisentanglement.Forward(attention, hidden, bound.Prompts, bound.Labels, bound.Grid);
        long channels = prompts.Size(2);
        Tensor active = batch.ActiveRows(prompts);
        Tensor summed = active.Reshape(-1, channels).IndexAdd(0, bound.Grid.Rows, (labels * bound.Weights).Reshape(-1, channels));
        return batch.Assemble(prompts, summed.Reshape(active.Shape) / bound.Total);
    }
}

/// <summary>What the fuser computes once at a site.</summary>
/// <param name="Grid">The regions; not owned.</param>
/// <param name="Prompts">Keys and values of every row's text.</param>
/// <param name="Labels">Keys and values of the labels.</param>
/// <param name="Weights">Weight of an instance at its pixels, [S, L, 1].</param>
/// <param name="Total">Sum of the weights, [A, pixels, 1].</param>
internal sealed record BoundFuser(RegionGrid Grid, KeysValues Prompts, KeysValues Labels, Tensor Weights, Tensor Total) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Prompts.Dispose();
        Labels.Dispose();
        Weights.Dispose();
        Total.Dispose();
    }
}
