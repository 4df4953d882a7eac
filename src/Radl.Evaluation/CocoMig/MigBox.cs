namespace Radl.Evaluation.CocoMig;

/// <summary>A detector's box in pixels, single precision like the detector's output.</summary>
public readonly record struct MigBox(float X1, float Y1, float X2, float Y2)
{
    /// <summary>Intersection over union in single precision, as the suppression uses it.</summary>
    public float Iou(MigBox other)
    {
        float shared = MathF.Max(0, MathF.Min(X2, other.X2) - MathF.Max(X1, other.X1)) * MathF.Max(0, MathF.Min(Y2, other.Y2) - MathF.Max(Y1, other.Y1));
        return shared / (((X2 - X1) * (Y2 - Y1)) + ((other.X2 - other.X1) * (other.Y2 - other.Y1)) - shared);
    }

    /// <summary>Intersection over union with an asked box. The benchmark computes in single precision, save for the asked box's area.</summary>
    public float Iou(double x1, double y1, double x2, double y2)
    {
        float shared = MathF.Max(0, MathF.Min(X2, (float)x2) - MathF.Max(X1, (float)x1)) * MathF.Max(0, MathF.Min(Y2, (float)y2) - MathF.Max(Y1, (float)y1));
        return shared / (((X2 - X1) * (Y2 - Y1)) + (float)((x2 - x1) * (y2 - y1)) - shared);
    }

    /// <summary>Non-maximum suppression: the boxes that overlap no surer one by more than a threshold.</summary>
    /// <param name="boxes">All boxes.</param>
    /// <param name="scores">One for each box; of equal scores the earlier box is surer.</param>
    /// <param name="threshold">Largest overlap that two boxes may keep; .8 in COCO-MIG.</param>
    /// <returns>Indexes of the kept boxes, surest first.</returns>
    /// <exception cref="ArgumentException">Not one score for each box.</exception>
    public static int[] Suppress(IReadOnlyList<MigBox> boxes, IReadOnlyList<float> scores, float threshold = .8f)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(scores);
        if (boxes.Count != scores.Count)
        {
            throw new ArgumentException($"scores: {scores.Count} for {boxes.Count} boxes", nameof(scores));
        }

        var kept = new List<int>();
        foreach (int i in Enumerable.Range(0, boxes.Count).OrderByDescending(i => scores[i]))
        {
            if (kept.TrueForAll(k => !(boxes[k].Iou(boxes[i]) > threshold)))
            {
                kept.Add(i);
            }
        }

        return [.. kept];
    }
}
