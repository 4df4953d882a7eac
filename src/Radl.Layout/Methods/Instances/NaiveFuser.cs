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

    /// <summary>Computes what does not change over the steps at a site.</summary>
    public static BoundFuser Bind(CrossAttention attention, LayoutConditions conditions, SceneBatch batch, RegionGrid grid)
    {
        using var scope = TensorScope.Enter();
        return new BoundFuser(
            grid,
            attention.Bind(batch.RowTexts(conditions)).Keep(),
            attention.Bind(conditions.Labels).Keep(),
            Weigh(batch, grid).Keep());
    }

    /// <summary>The weights of a grid; the current scope owns them.</summary>
    public static FuserWeights Weigh(SceneBatch batch, RegionGrid grid)
    {
        Tensor scenes = Tensor.Zeros([batch.Active, (long)grid.Height * grid.Width], grid.Masks.DType, grid.Masks.Device);
        Tensor summed = scenes.IndexAdd(0, grid.SceneOfInstance, grid.Masks).Unsqueeze(2);
        return new FuserWeights(grid.Mask * InstanceWeight, (summed * InstanceWeight) + (1 + Epsilon));
    }

    /// <summary>[rows, pixels, C] to [rows, pixels, C]; rows without instances keep their own text's attention.</summary>
    public static Tensor Forward(CrossAttention attention, Tensor hidden, BoundFuser bound, SceneBatch batch)
    {
        (Tensor prompts, Tensor labels) = MultiInstanceDisentanglement.Forward(attention, hidden, bound.Prompts, bound.Labels, bound.Grid);
        return batch.Assemble(prompts, Blend(batch.ActiveRows(prompts), labels, bound.Weights, bound.Grid));
    }

    /// <summary>The weighted mean, [A, pixels, C].</summary>
    /// <param name="prompts">The active scenes with their prompts, [A, pixels, C].</param>
    /// <param name="labels">Every instance with its label, not yet masked, [S, L, C].</param>
    /// <param name="weights">Of the grid.</param>
    /// <param name="grid">The instances' pixels.</param>
    public static Tensor Blend(Tensor prompts, Tensor labels, FuserWeights weights, RegionGrid grid)
    {
        long channels = prompts.Size(2);
        Tensor summed = prompts.Reshape(-1, channels).IndexAdd(0, grid.Rows, (labels * weights.Instances).Reshape(-1, channels));
        return summed.Reshape(prompts.Shape) / weights.Total;
    }
}

/// <summary>The fuser's weights on one grid.</summary>
/// <param name="Instances">Weight of an instance at its pixels, [S, L, 1].</param>
/// <param name="Total">Sum of all weights, [A, pixels, 1].</param>
internal sealed record FuserWeights(Tensor Instances, Tensor Total) : IDisposable
{
    /// <summary>Takes the tensors out of the current scope.</summary>
    public FuserWeights Keep()
    {
        Instances.Keep();
        Total.Keep();
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Instances.Dispose();
        Total.Dispose();
    }
}

/// <summary>What the fuser computes once at a site.</summary>
/// <param name="Grid">The regions; not owned.</param>
/// <param name="Prompts">Keys and values of every row's text.</param>
/// <param name="Labels">Keys and values of the labels.</param>
/// <param name="Weights">The weights.</param>
internal sealed record BoundFuser(RegionGrid Grid, KeysValues Prompts, KeysValues Labels, FuserWeights Weights) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Prompts.Dispose();
        Labels.Dispose();
        Weights.Dispose();
    }
}
