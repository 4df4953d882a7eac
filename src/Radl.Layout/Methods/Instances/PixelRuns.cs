using System.Runtime.InteropServices;

namespace Radl.Layout.Methods.Instances;

/// <summary>Pixels of a batch in such an order that those in the same layers (regions, and the background) follow each other: a run.</summary>
/// <remarks>
/// All pixels of a run see the same pixels, so that no mask is needed, and what they see is whole runs. For large grids: the memory grows with the
/// pixels times the kinds of overlap, where a mask's grows with the square of the pixels.
/// </remarks>
internal sealed class PixelRuns
{
    private PixelRuns(long[] order, long[] places, IReadOnlyList<PixelRun> runs)
    {
        Order = order;
        Places = places;
        Runs = runs;
    }

    /// <summary>Pixel [scenes * pixels] of each row.</summary>
    public long[] Order { get; }

    /// <summary>Row of each pixel [scenes * pixels].</summary>
    public long[] Places { get; }

    /// <summary>The runs, in the order of the rows.</summary>
    public IReadOnlyList<PixelRun> Runs { get; }

    /// <summary>Lays them out.</summary>
    /// <param name="held">Per scene and pixel the layers that hold it, a bit each; at least one per pixel.</param>
    public static PixelRuns Of(ulong[][] held)
    {
        int pixels = held[0].Length;
        var order = new long[held.Length * pixels];
        var places = new long[order.Length];
        var runs = new List<PixelRun>();
        for (int scene = 0; scene < held.Length; scene++)
        {
            int first = scene * pixels;
            (ulong Layers, int First, int Count)[] kinds = Kinds(held[scene], first);
            var next = new Dictionary<ulong, int>(kinds.Length);
            foreach ((ulong layers, int start, _) in kinds)
            {
                next.Add(layers, start);
            }
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                int row = CollectionsMarshal.GetValueRefOrNullRef(next, held[scene][pixel])++;
                order[row] = first + pixel;
                places[first + pixel] = row;
            }
            foreach ((ulong layers, int start, int count) in kinds)
            {
                runs.Add(RunOf(layers, start, count, kinds));
            }
        }
        return new PixelRuns(order, places, runs);
    }

    // What sets of layers there are, with the rows that their pixels take.
    private static (ulong Layers, int First, int Count)[] Kinds(ulong[] held, int first)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (ulong layers in held)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, layers, out _)++;
        }
        var kinds = new (ulong Layers, int First, int Count)[counts.Count];
        int at = 0;
        foreach ((ulong layers, int count) in counts)
        {
            kinds[at++] = (layers, first, count);
            first += count;
        }
        return kinds;
    }

    private static PixelRun RunOf(ulong layers, int first, int count, (ulong Layers, int First, int Count)[] kinds)
    {
        (int firstKey, int end, int keyCount) = (-1, 0, 0);
        foreach ((ulong other, int start, int length) in kinds)
        {
            if ((other & layers) != 0)
            {
                firstKey = firstKey < 0 ? start : firstKey;
                end = start + length;
                keyCount += length;
            }
        }
        if (end - firstKey == keyCount)
        {
            return new PixelRun(first, count, firstKey, keyCount, null);
        }
        var keys = new long[keyCount];
        int at = 0;
        foreach ((ulong other, int start, int length) in kinds)
        {
            for (int row = start; (other & layers) != 0 && row < start + length; row++)
            {
                keys[at++] = row;
            }
        }
        return new PixelRun(first, count, firstKey, keyCount, keys);
    }
}

/// <summary>Rows of the pixels in the same layers, and of all that they see.</summary>
/// <param name="First">First row.</param>
/// <param name="Count">Rows.</param>
/// <param name="FirstKey">First row that they see.</param>
/// <param name="KeyCount">Rows that they see.</param>
/// <param name="Keys">Those rows; null where they follow each other.</param>
internal sealed record PixelRun(int First, int Count, int FirstKey, int KeyCount, long[]? Keys);
