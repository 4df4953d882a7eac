using Radl.Torch;

namespace Radl.Benchmarking.Models;

/// <summary>Random weights for measurements: one block of normal numbers over and over, at every module's own scale.</summary>
/// <remarks>
/// Drawing 860 million numbers takes ten seconds and copying them one, and no op is faster or slower for it. The block's length divides no
/// layer's width, so that rows differ.
/// </remarks>
public sealed class RepeatedNoise : IWeightSource
{
    private const long BlockLength = 4_194_301;

    private readonly Tensor _block;
    private long _taken;

    /// <summary>Draws the block.</summary>
    public RepeatedNoise(ulong seed)
    {
        using var generator = new Generator(seed);
        _block = Tensor.Randn([BlockLength], generator).Keep();
    }

    /// <inheritdoc/>
    public string Description => "random weights";

    /// <inheritdoc/>
    public bool Has(string name) => true;

    /// <inheritdoc/>
    public Tensor TryTake(string name, long[] shape, Init init)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (init.Kind == InitKind.Constant)
        {
            return Tensor.Full(shape, init.Scale);
        }
        using var scope = TensorScope.Enter();
        Tensor flat = Tensor.Empty([shape.Aggregate(1L, (product, size) => product * size)]);
        long count = flat.Count;
        for (long at = 0; at < count;)
        {
            long start = _taken % BlockLength;
            long length = Math.Min(count - at, BlockLength - start);
            flat.Narrow(0, at, length).CopyFrom(_block.Narrow(0, start, length));
            at += length;
            _taken += length;
        }
        // A uniform number in [-b, b] has deviation b / sqrt(3).
        flat.MulInPlace(init.Kind == InitKind.Uniform ? init.Scale / Math.Sqrt(3) : init.Scale);
        return scope.Return(flat.Reshape(shape));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Leftovers() => [];

    /// <inheritdoc/>
    public void Dispose() => _block.Dispose();
}
