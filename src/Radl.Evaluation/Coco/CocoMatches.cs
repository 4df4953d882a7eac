namespace Radl.Evaluation.Coco;

/// <summary>Who was matched with whom in one picture, category and range of areas.</summary>
public sealed class CocoMatches
{
    private CocoMatches(CocoTruth[] truths, CocoDetection[] detections, int thresholds)
    {
        Truths = truths;
        Detections = detections;
        TruthIgnored = new bool[truths.Length];
        DetectionMatch = Rows(thresholds, detections.Length);
        TruthMatch = Rows(thresholds, truths.Length);
        DetectionIgnored = new bool[thresholds][];
        for (int t = 0; t < thresholds; t++)
        {
            DetectionIgnored[t] = new bool[detections.Length];
        }
    }

    /// <summary>The truths, those that are left out of the count last.</summary>
    public IReadOnlyList<CocoTruth> Truths { get; }

    /// <summary>The detections, best first.</summary>
    public IReadOnlyList<CocoDetection> Detections { get; }

    /// <summary>By truth: whether it is left out (a crowd, or outside the range of areas).</summary>
    public bool[] TruthIgnored { get; }

    /// <summary>By threshold and detection: the index of the matched truth, or -1.</summary>
    public int[][] DetectionMatch { get; }

    /// <summary>By threshold and truth: the index of the (last) matched detection, or -1.</summary>
    public int[][] TruthMatch { get; }

    /// <summary>By threshold and detection: whether it is neither right nor wrong.</summary>
    public bool[][] DetectionIgnored { get; }

    /// <summary>Matches greedily, best detection first, each with the free truth that it overlaps most.</summary>
    /// <param name="truths">In file order.</param>
    /// <param name="detections">Sorted, best first, already cut to the largest limit.</param>
    /// <param name="area">Range of areas.</param>
    /// <param name="thresholds">Overlaps from which on a match counts.</param>
    internal static CocoMatches Make(IReadOnlyList<CocoTruth> truths, CocoDetection[] detections, CocoAreaRange area, IReadOnlyList<double> thresholds)
    {
        bool Outside(double a) => a < area.Low || a > area.High;
        bool Ignored(CocoTruth t) => t.Crowd || t.Ignored || Outside(t.Area);
        CocoTruth[] sorted = [.. truths.OrderBy(Ignored)];
        var matches = new CocoMatches(sorted, detections, thresholds.Count);
        for (int g = 0; g < sorted.Length; g++)
        {
            matches.TruthIgnored[g] = Ignored(sorted[g]);
        }

        var overlap = new double[detections.Length, sorted.Length];
        for (int d = 0; d < detections.Length; d++)
        {
            for (int g = 0; g < sorted.Length; g++)
            {
                overlap[d, g] = detections[d].Box.Iou(sorted[g].Box, sorted[g].Crowd);
            }
        }

        for (int t = 0; t < thresholds.Count; t++)
        {
            for (int d = 0; d < detections.Length; d++)
            {
                int best = matches.Best(t, d, overlap, thresholds[t]);
                matches.DetectionMatch[t][d] = best;
                matches.DetectionIgnored[t][d] = best < 0 ? Outside(detections[d].Box.Area) : matches.TruthIgnored[best];
                if (best >= 0)
                {
                    matches.TruthMatch[t][best] = d;
                }
            }
        }

        return matches;
    }

    // Of equal overlaps the later truth wins, as in the reference.
    private int Best(int t, int d, double[,] overlap, double threshold)
    {
        double least = Math.Min(threshold, 1 - 1e-10);
        int best = -1;
        for (int g = 0; g < Truths.Count; g++)
        {
            if (TruthMatch[t][g] >= 0 && !Truths[g].Crowd)
            {
                continue;
            }

            if (best >= 0 && !TruthIgnored[best] && TruthIgnored[g])
            {
                break;
            }

            if (overlap[d, g] >= least)
            {
                (least, best) = (overlap[d, g], g);
            }
        }

        return best;
    }

    private static int[][] Rows(int count, int length)
    {
        var rows = new int[count][];
        for (int t = 0; t < count; t++)
        {
            rows[t] = new int[length];
            Array.Fill(rows[t], -1);
        }

        return rows;
    }
}
