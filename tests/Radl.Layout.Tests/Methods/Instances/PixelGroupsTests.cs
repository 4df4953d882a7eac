using FsCheck;
using FsCheck.Fluent;
using Radl.Layout.Methods.Instances;

namespace Radl.Layout.Tests.Methods.Instances;

/// <summary>Gathered or not, a pixel sees the same pixels.</summary>
public sealed class PixelGroupsTests
{
    private const int Side = 12;
    private const ulong Background = 1UL << 63;

    [Fact]
    public void Every_pixel_meets_exactly_those_that_share_a_layer_with_it()
    {
        Gen<(int X, int Y, int Width, int Height)> boxes =
            from x in Gen.Choose(0, Side - 2)
            from y in Gen.Choose(0, Side - 2)
            from width in Gen.Choose(1, Side)
            from height in Gen.Choose(1, Side)
            select (x, y, width, height);
        Gen<ulong[]> scene = from regions in boxes.ArrayOf(3) from soft in Gen.Choose(0, 1) select Held(regions, soft == 1);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(scene.ArrayOf(2).ToArbitrary(), held => PixelGroups.Of(held, 4) is not { } groups || Same(held, groups)));
    }

    [Fact]
    public void Scattered_regions_cost_a_fraction_of_all_pairs_and_a_full_picture_is_left_alone()
    {
        ulong[] scattered = Held([(0, 0, 3, 3), (8, 0, 3, 3), (0, 8, 3, 3), (8, 8, 3, 3), (4, 4, 3, 3)], soft: false);
        PixelGroups groups = PixelGroups.Of([scattered], 4)!;
        // 99 background pixels among themselves and five regions of nine, each filled up to a multiple of four.
        Assert.Equal((100 * 100) + (5 * 12 * 12), groups.Buckets.Sum(bucket => bucket.Pairs));
        Assert.All(groups.Buckets, bucket => Assert.True(bucket.IsClosed));
        Assert.Null(PixelGroups.Of([Held([(0, 0, Side, Side)], soft: false)], 4));
    }

    private static ulong[] Held((int X, int Y, int Width, int Height)[] regions, bool soft) =>
    [
        .. Enumerable.Range(0, Side * Side).Select(pixel =>
        {
            (int row, int column) = Math.DivRem(pixel, Side);
            ulong layers = 0;
            for (int k = 0; k < regions.Length; k++)
            {
                (int x, int y, int width, int height) = regions[k];
                layers |= column >= x && column < x + width && row >= y && row < y + height ? 1UL << k : 0;
            }
            // At a soft border a pixel belongs to its region and to the background.
            bool border = soft && regions.Any(region => column == region.X || row == region.Y);
            return layers == 0 || border ? layers | Background : layers;
        }),
    ];

    private static bool Same(ulong[][] held, PixelGroups groups)
    {
        const int Pixels = Side * Side;
        var met = new HashSet<(long Query, long Key)>();
        long first = 0;
        foreach (PixelBucket bucket in groups.Buckets)
        {
            (long[] queries, long[] keys, float[] closed) = (bucket.QueryRows, bucket.KeyRows, bucket.Closed(held));
            for (int i = 0; i < closed.Length; i++)
            {
                (int query, int k) = Math.DivRem(i, bucket.Keys);
                // What fills up the queries stands nowhere in the result.
                if (closed[i] == 0 && groups.Places[queries[query]] == first + query && !met.Add((queries[query], keys[((query / bucket.Queries) * bucket.Keys) + k])))
                {
                    return false; // A pair twice would count twice in a softmax.
                }
            }
            first += queries.Length;
        }
        var wanted =
            from scene in Enumerable.Range(0, held.Length)
            from query in Enumerable.Range(0, Pixels)
            from key in Enumerable.Range(0, Pixels)
            where (held[scene][query] & held[scene][key]) != 0
            select (((long)scene * Pixels) + query, ((long)scene * Pixels) + key);
        return met.SetEquals(wanted);
    }
}
