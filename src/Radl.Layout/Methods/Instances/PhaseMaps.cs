using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Makes one scalar map of every phase's features: how much it has to say at each pixel.</summary>
internal abstract class PhaseMaps
{
    /// <summary>What does not change over the steps, or null where nothing is worth keeping.</summary>
    public abstract MapConstants? Bind(PhaseGrid grid);

    /// <summary>The maps, [phases + 1, pixels]: each phase by itself, a null phase last.</summary>
    /// <param name="table">Features of all phases, [fullRows + instanceRows + 1, C]: whole-picture phases, instances at their own pixels, zeros.</param>
    /// <param name="fullRows">Rows of the whole-picture phases.</param>
    /// <param name="instanceShape">Of the instances' features, [S, L, C].</param>
    /// <param name="constants">From <see cref="Bind"/>.</param>
    /// <param name="grid">The plan's indices.</param>
    /// <param name="trace">Receives what is computed on the way; null records nothing.</param>
    public abstract Tensor Forward(Tensor table, long fullRows, long[] instanceShape, MapConstants? constants, PhaseGrid grid, LayoutTrace? trace);
}

/// <summary>What does not change over the steps in the maps that know their masks.</summary>
/// <param name="Kernel">conv1 without its mask channel, [C, C], input first.</param>
/// <param name="Offset">conv1's bias with the mask channel's share, per row of the table, [rows, C].</param>
/// <param name="MeanAndKernel">1/C and conv2's kernel, [C, 2].</param>
/// <param name="SpatialGate">The spatial gate's matrix, or null.</param>
internal sealed record MapConstants(Tensor Kernel, Tensor Offset, Tensor MeanAndKernel, Tensor? SpatialGate);

/// <summary>MIGC++'s maps: one product of the features, which are zero outside a region.</summary>
internal sealed class PlainPhaseMaps : PhaseMaps
{
    private readonly Tensor _kernel;
    private readonly Tensor _bias;
    private readonly long _channels;

    public PlainPhaseMaps(Weights weights, LayoutSite site)
    {
        _channels = site.Channels;
        Init init = Init.FanIn(_channels);
        _kernel = (weights / "conv2").Take("weight", init, 1, _channels, 1, 1);
        _bias = (weights / "conv2").Take("bias", init, 1);
    }

    /// <inheritdoc/>
    public override MapConstants? Bind(PhaseGrid grid) => null;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor table, long fullRows, long[] instanceShape, MapConstants? constants, PhaseGrid grid, LayoutTrace? trace)
    {
        Tensor products = table.Narrow(0, 0, fullRows + (instanceShape[0] * instanceShape[1])).MatMul(_kernel.Reshape(_channels, 1));
        // Outside its region an instance is the null phase: zero.
        Tensor rows = Tensor.Cat([products, Tensor.Zeros([instanceShape[0] + 1, 1], products.DType, products.Device)], 0);
        return (rows.IndexSelect(0, grid.StatisticsIndex) + _bias).Reshape(-1, (long)grid.Regions.Height * grid.Regions.Width);
    }
}
