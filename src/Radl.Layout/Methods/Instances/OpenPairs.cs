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
        if (PixelGroups.Of(held, multiple) is not { } groups)
        {
            float[] closed = [.. held.SelectMany(layers => layers.SelectMany(own => layers.Select(other => (own & other) == 0 ? float.NegativeInfinity : 0)))];
            Closed = Mask(Tensor.From<float>(closed, batch.Active, 1, pixels, pixels));
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

    /// <summary>From each pixel to its result among those of the groups, int64 [A * pixels]; null where the pairs are not gathered.</summary>
    public Tensor? Places { get; }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    // Soft values count as held. The last bit is the background's.
    private static ulong[][] Held(RegionGrid regions, SceneBatch batch, int pixels)
    {
        float[] masks = regions.HostMasks.ToArray<float>();
        float[] background = regions.HostBackground.ToArray<float>();
        return [.. Enumerable.Range(0, batch.Active).Select(scene => Enumerable.Range(0, pixels).Select(pixel =>
        {
            ulong layers = background[(scene * pixels) + pixel] > 0 ? 1UL << 63 : 0;
            for (int k = 0; k < batch.CountOf(scene); k++)
            {
                layers |= masks[((batch.FirstInstance[scene] + k) * pixels) + pixel] > 0 ? 1UL << k : 0;
            }
            return layers;
        }).ToArray())];
    }
}

/// <summary>Groups of pixels that attend among themselves.</summary>
/// <param name="Groups">Number of groups, G.</param>
/// <param name="Queries">Rows of the queries among [A * pixels], int64 [G * n]; null where they are those of the keys.</param>
/// <param name="Keys">Rows of the keys, int64 [G * m].</param>
/// <param name="Closed">-inf at closed pairs, [G, 1, n, m].</param>
internal sealed record GatheredPairs(int Groups, Tensor? Queries, Tensor Keys, Tensor Closed);
