using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Which pixels of a grid see each other in the layout attention, laid out for it. Shared by the layers of the grid.</summary>
internal sealed class OpenPairs : IDisposable
{
    private readonly OwnedTensors _owned = new();

    /// <summary>Lays out.</summary>
    /// <param name="regions">The regions.</param>
    /// <param name="batch">Which instances belong to which scene.</param>
    /// <param name="multiple">Numbers of pixels are filled up to a multiple of this.</param>
    /// <param name="headWidth">Of the layers that attend.</param>
    public OpenPairs(RegionGrid regions, SceneBatch batch, int multiple, long headWidth)
    {
        using var scope = TensorScope.Enter();
        (DType dtype, Device device) = (regions.Mask.DType, regions.Mask.Device);
        int pixels = regions.Height * regions.Width;
        ulong[][] held = Held(regions, batch, pixels);
        if (regions.IsLarge)
        {
            var runs = PixelRuns.Of(held);
            Runs = [.. runs.Runs.Select(run => new OpenRun(run.First, run.Count, run.FirstKey, run.KeyCount, run.Keys is null ? null : Own(run.Keys)))];
            Order = Own(runs.Order);
            Places = Own(runs.Places);
            return;
        }
        if (PixelGroups.Of(held, multiple) is not { } groups)
        {
            Closed = Mask(Tensor.From<float>(ClosedAmong(held, pixels), batch.Active, 1, pixels, pixels));
            return;
        }
        Gathered = [.. groups.Buckets.Select(bucket => new GatheredPairs(
            bucket.Groups.Count,
            bucket.IsClosed ? null : Own(bucket.QueryRows),
            Own(bucket.KeyRows),
            Mask(Tensor.From<float>(bucket.Closed(held), bucket.Groups.Count, 1, bucket.Queries, bucket.Keys))))];
        Places = Own(groups.Places);

        Tensor Mask(Tensor mask) => _owned.Add(ScaledDotProduct.LayMask(mask.To(device, dtype), headWidth));

        Tensor Own(long[] index) => _owned.Add(Tensor.From(index).To(device));
    }

    /// <summary>-inf at closed pairs, [A, 1, pixels, pixels]; null where the pairs are gathered.</summary>
    public Tensor? Closed { get; }

    /// <summary>The pairs in groups; empty where they are not gathered.</summary>
    public IReadOnlyList<GatheredPairs> Gathered { get; } = [];

    /// <summary>Pixels that see the same, without masks; empty on grids that are not large.</summary>
    public IReadOnlyList<OpenRun> Runs { get; } = [];

    /// <summary>Pixels in the order of the runs, int64 [A * pixels]; null where there are none.</summary>
    public Tensor? Order { get; }

    /// <summary>From each pixel to its result among those of the groups or runs, int64 [A * pixels]; null where the pairs are not gathered.</summary>
    public Tensor? Places { get; }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    // Soft values count as held. The last bit is the background's.
    private static ulong[][] Held(RegionGrid regions, SceneBatch batch, int pixels)
    {
        float[] masks = regions.HostMasks.ToArray<float>();
        float[] background = regions.HostBackground.ToArray<float>();
        var held = new ulong[batch.Active][];
        for (int scene = 0; scene < held.Length; scene++)
        {
            ulong[] layers = held[scene] = new ulong[pixels];
            Hold(layers, background.AsSpan(scene * pixels, pixels), 1UL << 63);
            for (int k = 0; k < batch.CountOf(scene); k++)
            {
                Hold(layers, masks.AsSpan((batch.FirstInstance[scene] + k) * pixels, pixels), 1UL << k);
            }
        }
        return held;
    }

    private static void Hold(Span<ulong> layers, ReadOnlySpan<float> mask, ulong layer)
    {
        for (int pixel = 0; pixel < layers.Length; pixel++)
        {
            layers[pixel] |= mask[pixel] > 0 ? layer : 0;
        }
    }

    // -inf at closed pairs, [scenes, pixels, pixels].
    private static float[] ClosedAmong(ulong[][] held, int pixels)
    {
        var closed = new float[held.Length * pixels * pixels];
        int at = 0;
        foreach (ulong[] layers in held)
        {
            foreach (ulong own in layers)
            {
                foreach (ulong other in layers)
                {
                    closed[at++] = (own & other) == 0 ? float.NegativeInfinity : 0;
                }
            }
        }
        return closed;
    }
}

/// <summary>Groups of pixels that attend among themselves.</summary>
/// <param name="Groups">Number of groups, G.</param>
/// <param name="Queries">Rows of the queries among [A * pixels], int64 [G * n]; null where they are those of the keys.</param>
/// <param name="Keys">Rows of the keys, int64 [G * m].</param>
/// <param name="Closed">-inf at closed pairs, [G, 1, n, m].</param>
internal sealed record GatheredPairs(int Groups, Tensor? Queries, Tensor Keys, Tensor Closed);

/// <summary>Pixels that see the same pixels. Rows are in the order of the runs.</summary>
/// <param name="First">First row of the queries.</param>
/// <param name="Count">Rows of the queries.</param>
/// <param name="FirstKey">First row of the keys where they follow each other.</param>
/// <param name="KeyCount">Rows of the keys.</param>
/// <param name="Keys">Rows of the keys, int64 [KeyCount]; null where they follow each other.</param>
internal sealed record OpenRun(int First, int Count, int FirstKey, int KeyCount, Tensor? Keys);
