namespace Radl.Evaluation.Coco;

/// <summary>The twelve figures that COCO prints; -1 where there is nothing to find.</summary>
public sealed record CocoSummary(
    double Ap, double Ap50, double Ap75, double ApSmall, double ApMedium, double ApLarge, double Ar1, double Ar10, double Ar100, double ArSmall, double ArMedium, double ArLarge);

/// <summary>Precision, recall and scores by threshold (T), recall (R), category (K), range of areas (A) and limit of detections (M).</summary>
public sealed class CocoCurves
{
    private readonly CocoOptions _options;
    private readonly int _categories;

    private CocoCurves(CocoOptions options, int categories)
    {
        (_options, _categories) = (options, categories);
        int cells = categories * options.AreaRanges.Count * options.MaxDetections.Count;
        Precision = Filled(options.IouThresholds.Count * options.RecallThresholds.Count * cells);
        Scores = Filled(Precision.Length);
        Recall = Filled(options.IouThresholds.Count * cells);
    }

    /// <summary>Precision [T, R, K, A, M], row-major; -1 where there is nothing to find.</summary>
    public double[] Precision { get; }

    /// <summary>The score at which each recall is reached, laid out like <see cref="Precision"/>; 0 where it is not.</summary>
    public double[] Scores { get; }

    /// <summary>Highest recall [T, K, A, M], row-major; -1 where there is nothing to find.</summary>
    public double[] Recall { get; }

    /// <summary>Mean precision over categories with something to find.</summary>
    /// <param name="threshold">Index of one IoU threshold, or null for the mean over all.</param>
    /// <param name="category">Index of one category, or null for the mean over all.</param>
    /// <param name="area">Index of the range of areas.</param>
    /// <param name="limit">Index of the limit of detections, or null for the largest.</param>
    /// <returns>-1 where there is nothing to find.</returns>
    public double MeanPrecision(int? threshold = null, int? category = null, int area = 0, int? limit = null)
    {
        var mean = new Mean();
        foreach (int t in Of(threshold, _options.IouThresholds.Count))
        {
            for (int r = 0; r < _options.RecallThresholds.Count; r++)
            {
                foreach (int k in Of(category, _categories))
                {
                    mean.Add(Precision[At((t * _options.RecallThresholds.Count) + r, k, area, limit ?? _options.MaxDetections.Count - 1)]);
                }
            }
        }

        return mean.Value;
    }

    /// <summary>Mean of the highest recalls over thresholds and categories.</summary>
    /// <inheritdoc cref="MeanPrecision"/>
    public double MeanRecall(int area = 0, int? limit = null)
    {
        var mean = new Mean();
        for (int t = 0; t < _options.IouThresholds.Count; t++)
        {
            for (int k = 0; k < _categories; k++)
            {
                mean.Add(Recall[At(t, k, area, limit ?? _options.MaxDetections.Count - 1)]);
            }
        }

        return mean.Value;
    }

    /// <summary>COCO's summary; needs the official three limits, four ranges and thresholds (the largest limit stands for 100).</summary>
    /// <exception cref="InvalidOperationException">The options have other numbers of limits, ranges or thresholds.</exception>
    public CocoSummary Summarize() =>
        _options is { MaxDetections.Count: 3, AreaRanges.Count: 4, IouThresholds.Count: 10 }
            ? new(
                MeanPrecision(), MeanPrecision(threshold: 0), MeanPrecision(threshold: 5), MeanPrecision(area: 1), MeanPrecision(area: 2), MeanPrecision(area: 3),
                MeanRecall(limit: 0), MeanRecall(limit: 1), MeanRecall(limit: 2), MeanRecall(1), MeanRecall(2), MeanRecall(3))
            : throw new InvalidOperationException("the summary of twelve figures needs three limits of detections, four ranges of areas and ten IoU thresholds");

    internal static CocoCurves Of(CocoEvaluation evaluation)
    {
        var curves = new CocoCurves(evaluation.Options, evaluation.CategoryCount);
        for (int k = 0; k < evaluation.CategoryCount; k++)
        {
            for (int a = 0; a < evaluation.Options.AreaRanges.Count; a++)
            {
                CocoMatches[] cells = [.. Enumerable.Range(0, evaluation.Images.Count).Select(i => evaluation[k, a, i]).OfType<CocoMatches>()];
                int truths = cells.Sum(c => c.TruthIgnored.AsSpan().Count(false));
                for (int m = 0; m < evaluation.Options.MaxDetections.Count && truths > 0; m++)
                {
                    curves.Fill(cells, truths, k, a, m);
                }
            }
        }

        return curves;
    }

    private void Fill(CocoMatches[] cells, int truths, int k, int a, int m)
    {
        int limit = _options.MaxDetections[m];
        (CocoMatches Cell, int Index)[] ranked =
            [.. cells.SelectMany(c => Enumerable.Range(0, Math.Min(limit, c.Detections.Count)).Select(i => (c, i))).OrderByDescending(d => d.c.Detections[d.i].Score)];
        int recalls = _options.RecallThresholds.Count;
        var right = new double[ranked.Length];
        var wrong = new double[ranked.Length];
        var scratch = new double[ranked.Length];
        var atGrid = new double[recalls];
        var ranks = new int[recalls];
        for (int t = 0; t < _options.IouThresholds.Count; t++)
        {
            double hits = 0;
            double misses = 0;
            for (int i = 0; i < ranked.Length; i++)
            {
                (CocoMatches cell, int d) = ranked[i];
                bool counts = !cell.DetectionIgnored[t][d];
                bool matched = cell.DetectionMatch[t][d] >= 0;
                right[i] = hits += counts && matched ? 1 : 0;
                wrong[i] = misses += counts && !matched ? 1 : 0;
            }

            Recall[At(t, k, a, m)] = PrecisionCurve.Read(right, wrong, truths, _options.RecallThresholds, scratch, atGrid, ranks);
            for (int r = 0; r < recalls; r++)
            {
                int at = At((t * recalls) + r, k, a, m);
                Precision[at] = atGrid[r];
                Scores[at] = ranks[r] < 0 ? 0 : ranked[ranks[r]].Cell.Detections[ranked[ranks[r]].Index].Score;
            }
        }
    }

    private int At(int row, int k, int a, int m) =>
        (((((row * _categories) + k) * _options.AreaRanges.Count) + a) * _options.MaxDetections.Count) + m;

    private static IEnumerable<int> Of(int? one, int count) => one is { } index ? [index] : Enumerable.Range(0, count);

    private static double[] Filled(int length)
    {
        var values = new double[length];
        Array.Fill(values, -1);
        return values;
    }

    private sealed class Mean
    {
        private double _sum;
        private long _count;

        public double Value => _count == 0 ? -1 : _sum / _count;

        public void Add(double value)
        {
            if (value > -1)
            {
                _sum += value;
                _count++;
            }
        }
    }
}
