using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>MIGC's and RaDL's maps: features and mask are mixed, gated by channel and by pixel, and reduced to one number.</summary>
/// <remarks>
/// An instance's features are zero outside its region, so there its map's first layers see one and the same vector, that
/// of the null phase: they are computed once for all pixels outside.
/// </remarks>
internal sealed class GatedPhaseMaps : PhaseMaps
{
    // Maximum, mean, conv2's product.
    private const int Statistics = 3;

    private readonly Tensor _convolution1;
    private readonly Tensor _bias1;
    private readonly Tensor _convolution2;
    private readonly Tensor _bias2;
    private readonly ChannelGate _channelGate;
    private readonly SpatialGate _spatialGate;
    private readonly long _channels;

    public GatedPhaseMaps(Weights weights, LayoutSite site, InstanceConfig config)
    {
        _channels = site.Channels;
        Init first = Init.FanIn(_channels + 1);
        Init second = Init.FanIn(_channels);
        _convolution1 = (weights / "conv1").Take("weight", first, _channels, _channels + 1, 1, 1);
        _bias1 = (weights / "conv1").Take("bias", first, _channels);
        _channelGate = new ChannelGate(weights / "cbam1", _channels, config.GateReduction);
        _spatialGate = new SpatialGate(weights / "cbam1");
        _convolution2 = (weights / "conv2").Take("weight", second, 1, _channels, 1, 1);
        _bias2 = (weights / "conv2").Take("bias", second, 1);
    }

    /// <inheritdoc/>
    public override MapConstants Bind(PhaseGrid grid)
    {
        Tensor kernel = _convolution1.Reshape(_channels, _channels + 1);
        Tensor mean = Tensor.Full([_channels, 1], 1.0 / _channels, kernel.DType, kernel.Device);
        return new MapConstants(
            kernel.Narrow(1, 0, _channels).Transpose(0, 1).Contiguous(),
            _bias1 + (grid.MaskColumn * kernel.Select(1, _channels)),
            Tensor.Cat([mean, _convolution2.Reshape(_channels, 1)], 1),
            _spatialGate.Bind(grid.Regions.Width, Statistics));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor table, long fullRows, long[] instanceShape, MapConstants? constants, PhaseGrid grid, LayoutTrace? trace)
    {
        ArgumentNullException.ThrowIfNull(constants);
        long instanceRows = instanceShape[0] * instanceShape[1];
        long pixels = (long)grid.Regions.Height * grid.Regions.Width;
        long outsidePixels = pixels - grid.Regions.PixelsPerInstance;
        long instances = instanceShape[0];
        long phases = fullRows / pixels;
        Tensor mixed = constants.Offset.AddMatMul(table, constants.Kernel);
        Tensor wide = Wide(mixed);
        Tensor whole = wide.Narrow(0, 0, fullRows).Reshape(phases, pixels, _channels);
        Tensor inside = wide.Narrow(0, fullRows, instanceRows).Reshape(instanceShape);
        Tensor wideOutside = wide.Narrow(0, fullRows + instanceRows, 1);

        Tensor sums = inside.Sum([1]);
        Tensor maxima = inside.Amax([1]);
        Tensor gate = _channelGate.Forward(
            Tensor.Cat([whole.Mean([1]), (outsidePixels > 0 ? sums + (wideOutside * (double)outsidePixels) : sums) / pixels, wideOutside], 0).To(mixed.DType),
            Tensor.Cat([whole.Amax([1]), outsidePixels > 0 ? maxima.Maximum(wideOutside) : maxima, wideOutside], 0).To(mixed.DType));
        Tensor outside = mixed.Narrow(0, fullRows + instanceRows, 1);

        Tensor rows = Tensor.Cat(
            [
                mixed.Narrow(0, 0, fullRows + instanceRows) * gate.IndexSelect(0, grid.PhaseOfRow),
                outside * gate.Narrow(0, phases, instances + 1),
            ],
            0);
        // Per row: maximum and mean of the channels, and conv2's product.
        Tensor statistics = Tensor.Cat([Wide(rows).Amax([1], keep: true).To(rows.DType), rows.MatMul(constants.MeanAndKernel)], 1);
        Tensor maps = statistics.IndexSelect(0, grid.StatisticsIndex).Reshape(phases + instances + 1, pixels, Statistics);
        // conv2 is linear and the spatial gate a scalar per pixel: gating its result is gating its input.
        Tensor spatial = _spatialGate.Forward(maps, constants.SpatialGate, grid.Regions.Height, grid.Regions.Width);
        Tensor gated = spatial * maps.Select(2, Statistics - 1);
        if (trace is not null)
        {
            trace.Mixed = mixed;
            trace.ChannelGates = gate;
            trace.SpatialGates = spatial;
        }
        return gated + _bias2;
    }

    // libtorch 1.13 takes the maximum of half types on the CPU element by element, 15 times slower than a detour through fp32; sums gain too.
    private static Tensor Wide(Tensor input) => input.DType.IsHalf() && input.Device.IsCpu ? input.To(DType.Float32) : input;
}
