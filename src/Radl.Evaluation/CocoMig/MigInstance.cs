namespace Radl.Evaluation.CocoMig;

/// <summary>What became of one asked instance.</summary>
/// <param name="Placed">A detection overlaps the asked box by at least the threshold.</param>
/// <param name="Colored">It is placed and has the asked colour.</param>
/// <param name="Iou">
/// What it adds to the mean IoU: the best overlap; 0 where the place is right but the colour wrong, or nothing was found.
/// </param>
public readonly record struct MigInstance(bool Placed, bool Colored, double Iou)
{
    /// <summary>Place and colour are right.</summary>
    public bool Success => Placed && Colored;

    /// <summary>The benchmark's bookkeeping of one instance.</summary>
    /// <param name="bestIou">Best overlap of any detection with the asked box; 0 when nothing was found.</param>
    /// <param name="hasColor">Whether the object has the asked colour; asked only when the place is right.</param>
    /// <param name="threshold">Overlap from which on the place is right.</param>
    public static MigInstance Of(double bestIou, Func<bool> hasColor, double threshold = .5)
    {
        ArgumentNullException.ThrowIfNull(hasColor);
        if (bestIou <= 0 || bestIou < threshold)
        {
            return new(false, false, bestIou); // a low overlap still counts into the mean
        }

        return hasColor() ? new(true, true, bestIou) : new(true, false, 0);
    }

    /// <summary>Judges an instance by detections and the mask of what stands in the asked box.</summary>
    /// <param name="detections">Boxes of the asked class in pixels, before suppression.</param>
    /// <param name="scores">One for each box.</param>
    /// <param name="asked">The asked box in pixels: x1, y1, x2, y2.</param>
    /// <param name="colored">Pixels of the asked colour in the mask.</param>
    /// <param name="mask">Pixels of the mask.</param>
    /// <param name="threshold">Overlap from which on the place is right.</param>
    public static MigInstance Judge(
        IReadOnlyList<MigBox> detections, IReadOnlyList<float> scores, (double X1, double Y1, double X2, double Y2) asked, int colored, int mask, double threshold = .5)
    {
        double best = 0;
        foreach (int i in MigBox.Suppress(detections, scores))
        {
            best = Math.Max(best, detections[i].Iou(asked.X1, asked.Y1, asked.X2, asked.Y2));
        }

        return Of(best, () => mask > 0 && (double)colored / mask >= MigColors.LeastShare, threshold);
    }
}
