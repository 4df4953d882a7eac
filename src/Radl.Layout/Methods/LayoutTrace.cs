using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>What a layer computed on the way, for comparison with a reference. Owned by the scope that was current when the layer ran.</summary>
/// <remarks>A scenes with instances, S instances in all, L pixels per instance (all pixels under <see cref="LayoutBinding.EveryPixel"/>), C channels.</remarks>
public sealed class LayoutTrace
{
    /// <summary>Region masks on the grid, [S, pixels].</summary>
    public Tensor? Masks { get; internal set; }

    /// <summary>Background mask, [A, pixels, 1].</summary>
    public Tensor? Background { get; internal set; }

    /// <summary>Where any region is, [A, pixels, 1].</summary>
    public Tensor? Total { get; internal set; }

    /// <summary>The normalised image, [A, pixels, C].</summary>
    public Tensor? Normalised { get; internal set; }

    /// <summary>The learnable query on this grid, [pixels, C].</summary>
    public Tensor? Query { get; internal set; }

    /// <summary>1 where the enhancement of an instance may look, [S, L].</summary>
    public Tensor? OpenKeys { get; internal set; }

    /// <summary>Text cross-attention of each scene with its prompt, R_0, [A, pixels, C].</summary>
    public Tensor? PromptAttention { get; internal set; }

    /// <summary>Text cross-attention of each instance with its label, R_k, not yet masked, [S, L, C].</summary>
    public Tensor? LabelAttention { get; internal set; }

    /// <summary>What the learnable query gathered, F_k, before its output projection, [S, L, C].</summary>
    public Tensor? Gathered { get; internal set; }

    /// <summary>The enhanced image, [S, L, C].</summary>
    public Tensor? Enhanced { get; internal set; }

    /// <summary>Position tokens, [S, width].</summary>
    public Tensor? Positions { get; internal set; }

    /// <summary>Instance attention's probabilities, [S, L, heads, tokens].</summary>
    public Tensor? InstanceProbabilities { get; internal set; }

    /// <summary>Instance attention, I_k, not yet masked, [S, L, C].</summary>
    public Tensor? InstanceAttention { get; internal set; }

    /// <summary>Instance phases, S_k, [S, L, C].</summary>
    public Tensor? Instances { get; internal set; }

    /// <summary>Background phase, S_0, [A, pixels, C].</summary>
    public Tensor? BackgroundPhase { get; internal set; }

    /// <summary>Layout phase, [A, pixels, C].</summary>
    public Tensor? Layout { get; internal set; }

    /// <summary>Relation phase, A_rel, [A, pixels, C].</summary>
    public Tensor? Relation { get; internal set; }

    /// <summary>
    /// The fusion's first convolution, [rows, C]: whole-picture phases (in the order of <see cref="Maps"/>, scenes x pixels each),
    /// instances (S x L), one row for the null phase.
    /// </summary>
    public Tensor? Mixed { get; internal set; }

    /// <summary>Channel gates of the phases, [phases + 1, C].</summary>
    public Tensor? ChannelGates { get; internal set; }

    /// <summary>Spatial gates of the phases, [phases + 1, pixels].</summary>
    public Tensor? SpatialGates { get; internal set; }

    /// <summary>Maps in the slots after the gate over phases, [A, slots, pixels].</summary>
    public Tensor? GatedSlots { get; internal set; }

    /// <summary>Maps in the slots after both gates, before strengths and closed slots, [A, slots, pixels].</summary>
    public Tensor? Slots { get; internal set; }

    /// <summary>Scalar maps before the gate over phases, [phases + 1, pixels]: backgrounds, layouts, relations, instances, null.</summary>
    public Tensor? Maps { get; internal set; }

    /// <summary>Logits in the slots, [A, slots, pixels]; -inf where a slot takes no part.</summary>
    public Tensor? Logits { get; internal set; }

    /// <summary>Fusion weights in the slots, [A, slots, pixels].</summary>
    public Tensor? Weights { get; internal set; }

    /// <summary>What the fusion gave, before anything was added to it, [A, pixels, C].</summary>
    public Tensor? Fused { get; internal set; }

    /// <summary>Slot of each phase's map within its scene, in the order of <see cref="Maps"/>.</summary>
    public IReadOnlyList<int>? SlotOfPhase { get; internal set; }

    internal Tensor[] Recorded =>
        new[]
        {
            Masks, Background, Total, Normalised, Query, OpenKeys, PromptAttention, LabelAttention, Gathered, Enhanced, Positions, InstanceProbabilities,
            InstanceAttention, Instances, BackgroundPhase, Layout, Relation, Mixed, ChannelGates, SpatialGates, Maps, GatedSlots, Slots, Logits, Weights, Fused,
        }.OfType<Tensor>().ToArray();
}
