namespace Radl.Layout.Methods.Instances;

/// <summary>Pixels of a batch that attend to the same pixels, gathered so that few closed pairs are computed.</summary>
/// <remarks>
/// A pixel sees those that share a layer (a region, or the background) with it, so one that lies in a single region sees a tenth of the
/// picture. Pixels are gathered by the layers that hold them. Of those that see most every scene makes one group; the others are groups of
/// their own; both kinds are padded to a common size. How many are taken together is what costs least.
/// </remarks>
internal sealed class PixelGroups
{
    // Gathering and scattering cost about as much as a third of all pairs.
    private const double Gain = 0.6;

    private PixelGroups(IReadOnlyList<PixelBucket> buckets, long[] places)
    {
        Buckets = buckets;
        Places = places;
    }

    /// <summary>One or two kinds of groups.</summary>
    public IReadOnlyList<PixelBucket> Buckets { get; }

    /// <summary>Where each pixel [scenes * pixels] stands among the buckets' queries, one bucket after the other.</summary>
    public long[] Places { get; }

    /// <summary>Gathers; null where all pairs cost hardly more.</summary>
    /// <param name="held">Per scene and pixel the layers that hold it, a bit each.</param>
    /// <param name="multiple">Queries and keys of a group are filled up to a multiple of this.</param>
    public static PixelGroups? Of(ulong[][] held, int multiple)
    {
        int pixels = held[0].Length;
        PixelGroup[][] scenes = [.. held.Select(PixelGroup.Of)];
        PixelBucket[]? best = null;
        double least = (double)held.Length * pixels * pixels * Gain;
        for (int together = 0; together <= scenes.Max(groups => groups.Length); together++)
        {
            int count = together;
            PixelGroup[] large = count == 0 ? [] : [.. scenes.Select(groups => PixelGroup.Together(groups.AsSpan(0, Math.Min(count, groups.Length))))];
            PixelGroup[] small = [.. scenes.SelectMany(groups => groups.Skip(count))];
            PixelBucket[] buckets = [.. new[] { large, small }.Where(groups => groups.Length > 0).Select(groups => new PixelBucket(groups, pixels, multiple))];
            long pairs = buckets.Sum(bucket => bucket.Pairs);
            if (pairs < least)
            {
                (best, least) = (buckets, pairs);
            }
        }
        return best is null ? null : new PixelGroups(best, PlacesOf(best, held.Length, pixels));
    }

    private static long[] PlacesOf(PixelBucket[] buckets, int scenes, int pixels)
    {
        var places = new long[scenes * pixels];
        long first = 0;
        foreach (PixelBucket bucket in buckets)
        {
            foreach (PixelGroup group in bucket.Groups)
            {
                for (int q = 0; q < group.Queries.Length; q++)
                {
                    places[(group.Scene * pixels) + group.Queries[q]] = first + q;
                }
                first += bucket.Queries;
            }
        }
        return places;
    }
}

/// <summary>Pixels of one scene, and all that one of them sees.</summary>
internal sealed record PixelGroup(int Scene, int[] Queries, int[] Keys)
{
    /// <summary>The pixels by the layers that hold them, those that see most first.</summary>
    public static PixelGroup[] Of(ulong[] held, int scene) =>
    [
        .. Enumerable.Range(0, held.Length)
            .GroupBy(pixel => held[pixel])
            .Select(group => new PixelGroup(scene, [.. group], [.. Enumerable.Range(0, held.Length).Where(pixel => (held[pixel] & group.Key) != 0)]))
            .OrderByDescending(group => group.Keys.Length),
    ];

    /// <summary>One group of several of a scene, at least one.</summary>
    public static PixelGroup Together(ReadOnlySpan<PixelGroup> groups)
    {
        PixelGroup[] all = groups.ToArray();
        return new PixelGroup(all[0].Scene, [.. all.SelectMany(group => group.Queries).Order()], [.. all.SelectMany(group => group.Keys).Distinct().Order()]);
    }
}

/// <summary>Groups that are padded to one size.</summary>
internal sealed class PixelBucket
{
    private readonly int _pixels;

    public PixelBucket(IReadOnlyList<PixelGroup> groups, int pixels, int multiple)
    {
        _pixels = pixels;
        Groups = groups;
        Queries = Filled(groups.Max(group => group.Queries.Length));
        Keys = Filled(groups.Max(group => group.Keys.Length));

        int Filled(int count) => Math.Min(pixels, (count + multiple - 1) / multiple * multiple);
    }

    public IReadOnlyList<PixelGroup> Groups { get; }

    /// <summary>Queries of a group, filled up.</summary>
    public int Queries { get; }

    /// <summary>Keys of a group, filled up.</summary>
    public int Keys { get; }

    /// <summary>Pairs that are computed.</summary>
    public long Pairs => (long)Groups.Count * Queries * Keys;

    /// <summary>Whether every group sees itself and nothing else.</summary>
    public bool IsClosed => Groups.All(group => group.Queries.AsSpan().SequenceEqual(group.Keys));

    /// <summary>Rows of the queries among [scenes * pixels], [groups * queries]; the group's first one fills up.</summary>
    public long[] QueryRows => [.. Groups.SelectMany(group => Rows(group, group.Queries, Queries))];

    /// <summary>Rows of the keys, [groups * keys].</summary>
    public long[] KeyRows => [.. Groups.SelectMany(group => Rows(group, group.Keys, Keys))];

    /// <summary>-inf at closed pairs, [groups, queries, keys]. What fills up the queries sees what the first one does; what fills up the keys is not seen.</summary>
    /// <param name="held">Per scene and pixel the layers that hold it.</param>
    public float[] Closed(ulong[][] held)
    {
        var closed = new float[Pairs];
        Array.Fill(closed, float.NegativeInfinity);
        int at = 0;
        foreach (PixelGroup group in Groups)
        {
            ulong[] layers = held[group.Scene];
            for (int q = 0; q < Queries; q++, at += Keys)
            {
                ulong own = layers[group.Queries[q < group.Queries.Length ? q : 0]];
                for (int k = 0; k < group.Keys.Length; k++)
                {
                    if ((layers[group.Keys[k]] & own) != 0)
                    {
                        closed[at + k] = 0;
                    }
                }
            }
        }
        return closed;
    }

    private IEnumerable<long> Rows(PixelGroup group, int[] chosen, int count) =>
        Enumerable.Range(0, count).Select(i => ((long)group.Scene * _pixels) + chosen[i < chosen.Length ? i : 0]);
}
