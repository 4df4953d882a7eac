using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Weighs the phases against each other at every pixel: a map per phase, a gate over all phases, a softmax.</summary>
internal sealed class SemanticInstanceFusion
{
    private readonly PhaseMaps _maps;
    private readonly ChannelGate _phaseGate;
    private readonly SpatialGate _phaseSpatialGate;
    private readonly Tensor? _relationBias;
    private readonly long _channels;
    private readonly long _slots;

    public SemanticInstanceFusion(Weights weights, LayoutSite site, InstanceConfig config)
    {
        _channels = site.Channels;
        _slots = config.Slots;
        _maps = config.HasBackgroundPhase ? new GatedPhaseMaps(weights, site, config) : new PlainPhaseMaps(weights, site);
        _phaseGate = new ChannelGate(weights / "cbam2", _slots, 1);
        _phaseSpatialGate = new SpatialGate(weights / "cbam2");
        _relationBias = config.RelationPhase is { HasSlot: true } relation
            ? weights.Take("relation_bias", Init.Constant(relation.Bias), 1)
            : null;
    }

    /// <summary>What does not change over the steps.</summary>
    public FusionConstants Bind(PhaseGrid grid) => new(
        _maps.Bind(grid),
        grid.RelationSlots is null ? grid.SlotOffset : grid.SlotOffset + (grid.RelationSlots * _relationBias!),
        Tensor.Zeros([1, _channels], grid.SlotOffset.DType, grid.SlotOffset.Device),
        _phaseSpatialGate.Bind(grid.Regions.Width, columns: 2));

    /// <summary>Fuses.</summary>
    /// <param name="full">The whole-picture phases in the plan's order, each [A, pixels, C].</param>
    /// <param name="instances">The instance phases, [S, L, C].</param>
    /// <param name="constants">From <see cref="Bind"/>.</param>
    /// <param name="grid">The plan's indices.</param>
    /// <param name="order">An order of the slots for this call; null keeps the plan's.</param>
    /// <param name="trace">Receives maps, logits and weights; null records nothing.</param>
    /// <returns>The fused features [A, pixels, C] and the weights [A, slots, pixels].</returns>
    public (Tensor Fused, Tensor Weights) Forward(Tensor[] full, Tensor instances, FusionConstants constants, PhaseGrid grid, FusionOrder? order, LayoutTrace? trace)
    {
        long pixels = (long)grid.Regions.Height * grid.Regions.Width;
        long fullRows = full.Length * full[0].Size(0) * pixels;
        long instanceRows = instances.Size(0) * instances.Size(1);
        Tensor table = Tensor.Cat(
            [.. full.Select(phase => phase.Reshape(-1, _channels)), instances.Reshape(-1, _channels), constants.NullRow],
            0);
        Tensor maps = _maps.Forward(table, fullRows, instances.Shape, constants.Maps, grid, trace);
        Tensor logits = Logits(maps, constants, grid, order, trace);
        Tensor weights = logits.Softmax(1);
        if (trace is not null)
        {
            trace.Maps = maps;
            trace.Logits = logits;
            trace.Weights = weights;
            trace.SlotOfPhase = grid.Plan.SlotOfPhase;
        }
        Tensor weighted = table.Narrow(0, 0, fullRows + instanceRows) * weights.Reshape(-1).IndexSelect(0, grid.WeightIndex).Unsqueeze(1);
        Tensor whole = weighted.Narrow(0, 0, fullRows).Reshape(full.Length, -1, _channels).Sum([0]);
        Tensor fused = whole.IndexAdd(0, grid.Regions.Rows, weighted.Narrow(0, fullRows, instanceRows));
        return (fused.Reshape(-1, pixels, _channels), weights);
    }

    // The gate over phases sees all slots; what takes no part is the null map there and -inf here.
    private Tensor Logits(Tensor maps, FusionConstants constants, PhaseGrid grid, FusionOrder? order, LayoutTrace? trace)
    {
        long pixels = (long)grid.Regions.Height * grid.Regions.Width;
        Tensor slots = maps.IndexSelect(0, grid.SlotIndex).Reshape(-1, _slots, pixels);
        Tensor gated = slots * Gates(slots.Mean([2]), slots.Amax([2]), order).Unsqueeze(2);
        Tensor statistics = Tensor.Stack([gated.Amax([1]), gated.Mean([1])], 2);
        Tensor logits = gated * _phaseSpatialGate.Forward(statistics, constants.SpatialGate, grid.Regions.Height, grid.Regions.Width).Unsqueeze(1);
        if (trace is not null)
        {
            trace.GatedSlots = gated;
            trace.Slots = logits;
        }
        return (grid.SlotScale is null ? logits : logits * grid.SlotScale) + constants.SlotOffset;
    }

    // Of all that stands between maps and weights, only this gate knows the slots' order.
    private Tensor Gates(Tensor means, Tensor maxima, FusionOrder? order) => order is null
        ? _phaseGate.Forward(means, maxima)
        : _phaseGate.Forward(means.Gather(1, order.Slots), maxima.Gather(1, order.Slots)).Gather(1, order.Inverse);
}

/// <summary>What does not change over the steps in a fusion.</summary>
/// <param name="Maps">The maps' part, or null.</param>
/// <param name="SlotOffset">Added to the logits: -inf where a slot takes no part, the relation's bias in its slot, [A, slots, 1].</param>
/// <param name="NullRow">The last row of the table of features, zeros, [1, C].</param>
/// <param name="SpatialGate">The matrix of the spatial gate over all slots, or null.</param>
internal sealed record FusionConstants(MapConstants? Maps, Tensor SlotOffset, Tensor NullRow, Tensor? SpatialGate);
