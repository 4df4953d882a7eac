using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Weighs the phases against each other at every pixel: a mask-aware map per phase, a gate over all phases, a softmax.</summary>
/// <remarks>
/// An instance's features are zero outside its region, so there its map's first layers see one and the same vector, that
/// of the null phase: they are computed once for all pixels outside.
/// </remarks>
internal sealed class SemanticInstanceFusion
{
    private readonly Tensor _convolution1;
    private readonly Tensor _bias1;
    private readonly Tensor _convolution2;
    private readonly Tensor _bias2;
    private readonly ChannelGate _channelGate;
    private readonly SpatialGate _spatialGate;
    private readonly ChannelGate _phaseGate;
    private readonly SpatialGate _phaseSpatialGate;
    private readonly Tensor? _relationBias;
    private readonly long _channels;
    private readonly long _slots;

    public SemanticInstanceFusion(Weights weights, LayoutSite site, InstanceConfig config)
    {
        _channels = site.Channels;
        _slots = config.Slots;
        Init first = Init.FanIn(_channels + 1);
        Init second = Init.FanIn(_channels);
        _convolution1 = (weights / "conv1").Take("weight", first, _channels, _channels + 1, 1, 1);
        _bias1 = (weights / "conv1").Take("bias", first, _channels);
        _channelGate = new ChannelGate(weights / "cbam1", _channels, config.GateReduction);
        _spatialGate = new SpatialGate(weights / "cbam1");
        _convolution2 = (weights / "conv2").Take("weight", second, 1, _channels, 1, 1);
        _bias2 = (weights / "conv2").Take("bias", second, 1);
        _phaseGate = new ChannelGate(weights / "cbam2", _slots, 1);
        _phaseSpatialGate = new SpatialGate(weights / "cbam2");
        _relationBias = config.RelationPhase is { HasSlot: true } relation
            ? weights.Take("relation_bias", Init.Constant(relation.Bias), 1)
            : null;
    }

    /// <summary>What does not change over the steps.</summary>
    public FusionConstants Bind(PhaseGrid grid)
    {
        Tensor kernel = _convolution1.Reshape(_channels, _channels + 1);
        Tensor mean = Tensor.Full([_channels, 1], 1.0 / _channels, kernel.DType, kernel.Device);
        return new FusionConstants(
            kernel.Narrow(1, 0, _channels).Transpose(0, 1).Contiguous(),
            _bias1 + (grid.MaskColumn * kernel.Select(1, _channels)),
            Tensor.Cat([mean, _convolution2.Reshape(_channels, 1)], 1),
            grid.RelationSlots is null ? grid.SlotOffset : grid.SlotOffset + (grid.RelationSlots * _relationBias!));
    }

    /// <summary>Fuses.</summary>
    /// <param name="full">The whole-picture phases in the plan's order, each [A, pixels, C].</param>
    /// <param name="instances">The instance phases, [S, L, C].</param>
    /// <param name="constants">From <see cref="Bind"/>.</param>
    /// <param name="grid">The plan's indices.</param>
    /// <param name="trace">Receives maps, logits and weights; null records nothing.</param>
    /// <returns>The fused features [A, pixels, C] and the weights [A, slots, pixels].</returns>
    public (Tensor Fused, Tensor Weights) Forward(Tensor[] full, Tensor instances, FusionConstants constants, PhaseGrid grid, LayoutTrace? trace)
    {
        long pixels = (long)grid.Regions.Height * grid.Regions.Width;
        long fullRows = full.Length * full[0].Size(0) * pixels;
        long instanceRows = instances.Size(0) * instances.Size(1);
        Tensor table = Tensor.Cat(
            [.. full.Select(phase => phase.Reshape(-1, _channels)), instances.Reshape(-1, _channels), Tensor.Zeros([1, _channels], instances.DType, instances.Device)],
            0);
        Tensor maps = Maps(table, fullRows, instanceRows, instances.Shape, constants, grid, trace);
        Tensor logits = Logits(maps, constants, grid, trace);
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

    // One scalar map per phase, [phases + 1, pixels]: conv1, channel and spatial gate, conv2, each phase by itself.
    private Tensor Maps(Tensor table, long fullRows, long instanceRows, long[] instanceShape, FusionConstants constants, PhaseGrid grid, LayoutTrace? trace)
    {
        long pixels = (long)grid.Regions.Height * grid.Regions.Width;
        long outsidePixels = pixels - grid.Regions.PixelsPerInstance;
        long instances = instanceShape[0];
        long phases = fullRows / pixels;
        Tensor mixed = constants.Offset.AddMatMul(table, constants.Kernel);
        Tensor whole = mixed.Narrow(0, 0, fullRows).Reshape(phases, pixels, _channels);
        Tensor inside = mixed.Narrow(0, fullRows, instanceRows).Reshape(instanceShape);
        Tensor outside = mixed.Narrow(0, fullRows + instanceRows, 1);

        Tensor sums = inside.Sum([1]);
        Tensor maxima = Largest(inside, 1);
        Tensor gate = _channelGate.Forward(
            Tensor.Cat([whole.Mean([1]), (outsidePixels > 0 ? sums + (outside * (double)outsidePixels) : sums) / pixels, outside], 0),
            Tensor.Cat([Largest(whole, 1), outsidePixels > 0 ? maxima.Maximum(outside) : maxima, outside], 0));

        Tensor rows = Tensor.Cat(
            [
                mixed.Narrow(0, 0, fullRows + instanceRows) * gate.IndexSelect(0, grid.PhaseOfRow),
                outside * gate.Narrow(0, phases, instances + 1),
            ],
            0);
        // Per row: maximum and mean of the channels, and conv2's product.
        Tensor statistics = Tensor.Cat([Largest(rows, 1, keep: true), rows.MatMul(constants.MeanAndKernel)], 1);
        Tensor planes = statistics.IndexSelect(0, grid.StatisticsIndex)
            .Reshape(phases + instances + 1, grid.Regions.Height, grid.Regions.Width, 3)
            .Permute(0, 3, 1, 2);
        // conv2 is linear and the spatial gate a scalar per pixel: gating its result is gating its input.
        Tensor spatial = _spatialGate.Forward(planes.Narrow(1, 0, 2));
        Tensor gated = spatial * planes.Narrow(1, 2, 1);
        if (trace is not null)
        {
            trace.Mixed = mixed;
            trace.ChannelGates = gate;
            trace.SpatialGates = spatial.Reshape(-1, pixels);
        }
        return (gated + _bias2).Reshape(-1, pixels);
    }

    // libtorch 1.13 takes the maximum of half types on the CPU element by element, 15 times slower than a detour through fp32.
    private static Tensor Largest(Tensor input, int dimension, bool keep = false) => input.DType.IsHalf() && input.Device.IsCpu
        ? input.To(DType.Float32).Amax([dimension], keep).To(input.DType)
        : input.Amax([dimension], keep);

    // The gate over phases sees all slots; what takes no part is the null map there and -inf here.
    private Tensor Logits(Tensor maps, FusionConstants constants, PhaseGrid grid, LayoutTrace? trace)
    {
        long pixels = (long)grid.Regions.Height * grid.Regions.Width;
        Tensor slots = maps.IndexSelect(0, grid.SlotIndex).Reshape(-1, _slots, pixels);
        Tensor gated = slots * _phaseGate.Forward(slots.Mean([2]), slots.Amax([2])).Unsqueeze(2);
        Tensor planes = Tensor.Cat([gated.Amax([1], keep: true), gated.Mean([1], keep: true)], 1).Reshape(-1, 2, grid.Regions.Height, grid.Regions.Width);
        Tensor logits = gated * _phaseSpatialGate.Forward(planes).Reshape(-1, 1, pixels);
        if (trace is not null)
        {
            trace.GatedSlots = gated;
            trace.Slots = logits;
        }
        return (grid.SlotScale is null ? logits : logits * grid.SlotScale) + constants.SlotOffset;
    }
}

/// <summary>What does not change over the steps in a fusion.</summary>
/// <param name="Kernel">conv1 without its mask channel, [C, C], input first.</param>
/// <param name="Offset">conv1's bias with the mask channel's share, per row of the table, [rows, C].</param>
/// <param name="MeanAndKernel">1/C and conv2's kernel, [C, 2].</param>
/// <param name="SlotOffset">Added to the logits: -inf where a slot takes no part, the relation's bias in its slot, [A, slots, 1].</param>
internal sealed record FusionConstants(Tensor Kernel, Tensor Offset, Tensor MeanAndKernel, Tensor SlotOffset);
