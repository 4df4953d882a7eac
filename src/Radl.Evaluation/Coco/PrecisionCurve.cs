namespace Radl.Evaluation.Coco;

/// <summary>Precision over recall of a ranked list of detections.</summary>
internal static class PrecisionCurve
{
    // What the reference adds to the denominator: the distance from 1 to the next double.
    private const double Spacing = 2.220446049250313e-16;

    /// <summary>Reads a curve at a grid of recalls.</summary>
    /// <param name="right">How many of the first 1, 2, … detections are right.</param>
    /// <param name="wrong">How many are wrong; those that are neither are in no count.</param>
    /// <param name="truths">How many there are to find.</param>
    /// <param name="grid">Ascending recalls.</param>
    /// <param name="precision">Scratch of the lists' length.</param>
    /// <param name="atGrid">Receives the precision at each recall, made non-increasing; 0 where the recall is not reached.</param>
    /// <param name="ranks">Receives the rank at which each recall is first reached, or -1; may be empty.</param>
    /// <returns>The final recall, 0 without detections.</returns>
    public static double Read(
        ReadOnlySpan<double> right, ReadOnlySpan<double> wrong, double truths, IReadOnlyList<double> grid, Span<double> precision, Span<double> atGrid, Span<int> ranks)
    {
        int n = right.Length;
        for (int i = 0; i < n; i++)
        {
            precision[i] = right[i] / (right[i] + wrong[i] + Spacing);
        }

        for (int i = n - 1; i > 0; i--)
        {
            precision[i - 1] = Math.Max(precision[i - 1], precision[i]);
        }

        int rank = 0;
        for (int r = 0; r < grid.Count; r++)
        {
            while (rank < n && right[rank] / truths < grid[r])
            {
                rank++;
            }

            atGrid[r] = rank < n ? precision[rank] : 0;
            if (ranks.Length > 0)
            {
                ranks[r] = rank < n ? rank : -1;
            }
        }

        return n > 0 ? right[n - 1] / truths : 0;
    }
}
