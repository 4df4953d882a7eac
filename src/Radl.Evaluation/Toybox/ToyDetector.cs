using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox;

/// <summary>
/// Finds the instances of an asked scene in a picture, with no learned part: regions by hue, pattern from the share of
/// dark and light, category and pose from the best fitting outline, relation from the poses and who stands left.
/// Thread safe.
/// </summary>
public static class ToyDetector
{
    private const float LeastAreaShare = 25f / (128 * 128); // smaller regions of a hue are noise

    /// <summary>Compares a picture with the scene it was asked for.</summary>
    /// <param name="rgb">The picture, RGB HWC, <c>size * size * 3</c> bytes.</param>
    /// <param name="size">Side in pixels; thresholds scale with it (made for 64 to 128).</param>
    /// <param name="asked">The scene.</param>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> has another length.</exception>
    public static ToySceneDetection Detect(ReadOnlySpan<byte> rgb, int size, ToyScene asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return Detect(new PixelTones(rgb, size), asked);
    }

    internal static ToySceneDetection Detect(PixelTones tones, ToyScene asked)
    {
        float scale = tones.Size / asked.Canvas;
        var instances = new ToyInstanceDetection[asked.Instances.Count];
        foreach (IGrouping<ToyColor, int> sameColor in Enumerable.Range(0, instances.Length).GroupBy(i => asked.Instances[i].Color))
        {
            int[] members = [.. sameColor];
            Blob?[] blobs = Assign(FindBlobs(tones, sameColor.Key, ClosingRadius(members.Length, scale)), members, asked);
            for (int k = 0; k < members.Length; k++)
            {
                instances[members[k]] = Describe(blobs[k], asked.Instances[members[k]], tones, scale);
            }
        }

        return new(instances, [.. asked.Relations.Select(r => ReadRelation(r, instances))]);
    }

    private static List<Blob> FindBlobs(PixelTones tones, ToyColor color, int closingRadius)
    {
        int leastArea = Math.Max(4, (int)(LeastAreaShare * tones.Size * tones.Size));
        return Blob.Find(tones.Of(color).Close(closingRadius), leastArea);
    }

    // Neighbours of one colour stand three units apart, so a wide closing would join them.
    private static int ClosingRadius(int instancesOfColor, float scale) => instancesOfColor == 1 ? BlobReading.Radius(2, scale) : (int)scale;

    // A colour that is asked for once belongs to its largest region; where it is asked for more often, the pairs with the best IoU come first.
    private static Blob?[] Assign(List<Blob> blobs, int[] members, ToyScene asked)
    {
        var assigned = new Blob?[members.Length];
        if (members.Length == 1)
        {
            assigned[0] = blobs.FirstOrDefault();
            return assigned;
        }

        var pairs = from blob in blobs
                    from member in Enumerable.Range(0, members.Length)
                    orderby blob.Box.Iou(asked.Instances[members[member]].Box) descending
                    select (blob, member);
        var taken = new HashSet<Blob>();
        foreach ((Blob blob, int member) in pairs)
        {
            if (assigned[member] is null && taken.Add(blob))
            {
                assigned[member] = blob;
            }
        }

        return assigned;
    }

    private static ToyInstanceDetection Describe(Blob? blob, ToyInstance asked, PixelTones tones, float scale)
    {
        bool colorRight = MostFrequentColor(tones, asked.Box) == asked.Color;
        if (blob is null)
        {
            return ToyInstanceDetection.Missing with { ColorRight = colorRight };
        }

        PoseFit[] fits = ShapeTemplates.Fit(blob.Mask);
        PoseFit best = fits.MaxBy(f => f.Iou);
        PoseFit pose = fits[(int)asked.Category];
        ToyPattern pattern = BlobReading.Pattern(blob, tones, scale);
        return new()
        {
            Found = true,
            Box = blob.Box,
            Iou = blob.Box.Iou(asked.Box),
            ColorRight = colorRight,
            Pattern = pattern,
            PatternRight = pattern == asked.Pattern,
            Category = best.Category,
            CategoryRight = best.Category == asked.Category,
            Confidence = best.Iou,
            Purity = BlobReading.Purity(blob, tones, asked.Color),
            Flipped = pose.Flipped,
            Tilt = pose.Tilt,
        };
    }

    private static ToyColor? MostFrequentColor(PixelTones tones, ToyBox box)
    {
        Span<int> counts = stackalloc int[ToyAttributes.ColorCount];
        counts.Clear();
        for (int y = Math.Max(0, (int)(box.Y1 * tones.Size)); y < Math.Min(tones.Size, box.Y2 * tones.Size); y++)
        {
            for (int x = Math.Max(0, (int)(box.X1 * tones.Size)); x < Math.Min(tones.Size, box.X2 * tones.Size); x++)
            {
                int i = (y * tones.Size) + x;
                counts[(int)tones.Colors[i]] += tones.Tones[i] == Tone.None ? 0 : 1;
            }
        }

        int best = 0;
        for (int c = 1; c < counts.Length; c++)
        {
            best = counts[c] > counts[best] ? c : best;
        }

        return counts[best] == 0 ? null : (ToyColor)best;
    }

    private static ToyRelationDetection ReadRelation(ToyRelation relation, ToyInstanceDetection[] instances)
    {
        ToyInstanceDetection subject = instances[relation.Subject];
        ToyInstanceDetection obj = instances[relation.Object];
        ToyVerb? shown = subject.Found && obj.Found
            ? ToyPose.Read(subject.Box.CentreX < obj.Box.CentreX, subject.Flipped, subject.Tilt, obj.Flipped, obj.Tilt)
            : null;
        return new(relation, shown);
    }
}
