using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>What one layer computes once for a batch of scenes.</summary>
/// <param name="Prompts">Keys and values of every row's text.</param>
internal sealed record BoundLayer(KeysValues Prompts) : IDisposable
{
    /// <summary>The rest; null where no scene has an instance.</summary>
    public BoundInstances? Active { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Prompts.Dispose();
        Active?.Dispose();
    }
}

/// <summary>What one layer computes once for the scenes with instances.</summary>
/// <param name="Phases">Shared with the other layers of the same grid; not owned.</param>
/// <param name="Labels">Keys and values of the labels at the frozen attention.</param>
/// <param name="Verbs">The verbs' folded context; null where no relation runs.</param>
/// <param name="Instances">The instance attention's folded contexts.</param>
/// <param name="Query">The learnable query at the instances' pixels; null without enhancement.</param>
/// <param name="Layout">The layout attention's projections; null without one.</param>
/// <param name="Fusion">The fusion's constants.</param>
internal sealed record BoundInstances(
    PhaseGrid Phases,
    KeysValues Labels,
    FoldedContext? Verbs,
    BoundContext Instances,
    Tensor? Query,
    Tensor? Layout,
    FusionConstants Fusion) : IDisposable
{
    private readonly OwnedTensors _owned = new();

    /// <summary>Weights of the fuser without parameters; null where it takes no part in the layer.</summary>
    public FuserWeights? Fuser { get; init; }

    /// <summary>Takes all tensors out of the current scope.</summary>
    public BoundInstances Keep()
    {
        Instances.Tokens.Keep();
        Fuser?.Keep();
        _owned.Add(Instances.Positions);
        _owned.Add(Fusion.NullRow);
        if (!ReferenceEquals(Fusion.SlotOffset, Phases.SlotOffset))
        {
            _owned.Add(Fusion.SlotOffset);
        }
        Tensor?[] others = [Fusion.Maps?.Kernel, Fusion.Maps?.Offset, Fusion.Maps?.MeanAndKernel, Fusion.Maps?.SpatialGate, Fusion.SpatialGate, Query, Layout];
        foreach (Tensor tensor in others.OfType<Tensor>())
        {
            _owned.Add(tensor);
        }
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Labels.Dispose();
        Verbs?.Dispose();
        Instances.Tokens.Dispose();
        Fuser?.Dispose();
        _owned.Dispose();
    }
}
