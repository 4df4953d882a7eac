using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>Which tokens of a batch are merged into which.</summary>
public sealed class MergedTokens
{
    private static readonly Op ScatterOp = Op.Find("aten::scatter", "src");

    private readonly long[] _shape;
    private readonly long _kept;
    private readonly Tensor _row;

    private MergedTokens(long[] shape, long kept, Tensor row)
    {
        _shape = shape;
        _kept = kept;
        _row = row;
    }

    /// <summary>Tokens that are left of each image.</summary>
    public long Kept => _kept;

    /// <summary>The means of merged tokens: [batch, tokens, channels] to [batch, <see cref="Kept"/>, channels].</summary>
    public Tensor Merge(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = TensorScope.Enter();
        long channels = tokens.Size(2);
        Tensor sums = Tensor.Zeros([_shape[0] * _kept, channels], DType.Float32, tokens.Device)
            .IndexAdd(0, _row, tokens.Reshape(-1, channels).To(DType.Float32));
        Tensor counts = Tensor.Zeros([_shape[0] * _kept], DType.Float32, tokens.Device)
            .IndexAdd(0, _row, Tensor.Ones([_row.Count], DType.Float32, tokens.Device));
        return scope.Return((sums / counts.Unsqueeze(1)).To(tokens.DType).Reshape(_shape[0], _kept, channels));
    }

    /// <summary>Every token gets what became of the one it was merged into: [batch, <see cref="Kept"/>, channels] to [batch, tokens, channels].</summary>
    public Tensor Spread(Tensor merged)
    {
        ArgumentNullException.ThrowIfNull(merged);
        using var scope = TensorScope.Enter();
        long channels = merged.Size(2);
        return scope.Return(merged.Reshape(-1, channels).IndexSelect(0, _row).Reshape(_shape[0], _shape[1], channels));
    }

    // Rows of an image: sources that stay, in order of their likeness, then the destinations.
    internal static MergedTokens Of(TensorScope scope, long[] shape, Tensor sources, Tensor destinations, Tensor nearest, Tensor order, long merged)
    {
        long batch = shape[0];
        long staying = sources.Count - merged;
        long kept = staying + destinations.Count;
        Device device = sources.Device;
        Tensor all = sources.Unsqueeze(0).Expand(batch, sources.Count);
        Tensor row = Tensor.Zeros([batch, shape[1]], DType.Int64, device);
        row = Placed(row, destinations.Unsqueeze(0).Expand(batch, destinations.Count), Tensor.Arange(staying, kept, device: device).Unsqueeze(0).Expand(batch, destinations.Count));
        Tensor gone = order.Narrow(1, 0, merged);
        row = Placed(row, all.Gather(1, gone), nearest.Gather(1, gone) + Whole(staying));
        if (staying > 0)
        {
            row = Placed(row, all.Gather(1, order.Narrow(1, merged, staying)), Tensor.Arange(0, staying, device: device).Unsqueeze(0).Expand(batch, staying));
        }
        // One index over the whole batch.
        Tensor offset = (Tensor.Arange(0, batch, device: device) * Whole(kept)).Unsqueeze(1);
        return new MergedTokens(shape, kept, scope.Return((row + offset).Reshape(-1)));

        // A number would make fractions of them.
        Tensor Whole(long value) => Tensor.From(value).To(device);
    }

    private static Tensor Placed(Tensor row, Tensor index, Tensor values) => ScatterOp.Call(row, 1, index.Contiguous(), values.Contiguous());
}
