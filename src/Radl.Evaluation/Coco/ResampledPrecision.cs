namespace Radl.Evaluation.Coco;

/// <summary>Average precision over all ten thresholds, at .50 and at .75, in [0, 1]; -1 where there is nothing to find.</summary>
public readonly record struct AveragePrecision(double Ap, double Ap50, double Ap75);

/// <summary>
/// Average precision of pictures drawn with repetition, without matching again: detections are ranked once, and a
/// picture that was drawn twice counts twice. Thread safe.
/// </summary>
public sealed class ResampledPrecision
{
    private readonly CocoOptions _options;
    private readonly Ranking[] _rankings;

    /// <summary>Ranks the matches of an evaluation: its first range of areas and its largest limit of detections.</summary>
    /// <exception cref="ArgumentException">The evaluation has more than 32 thresholds.</exception>
    public ResampledPrecision(CocoEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        _options = evaluation.Options;
        if (_options.IouThresholds.Count > 32)
        {
            throw new ArgumentException($"evaluation.Options.IouThresholds: {_options.IouThresholds.Count} entries, at most 32 can be resampled", nameof(evaluation));
        }

        Images = evaluation.Images;
        _rankings = [.. Enumerable.Range(0, evaluation.CategoryCount).Select(k => new Ranking(evaluation, k))];
    }

    /// <summary>The pictures, in the order in which their multiplicities are given.</summary>
    public IReadOnlyList<long> Images { get; }

    /// <summary>The figures of the pictures as they are.</summary>
    public AveragePrecision All()
    {
        var once = new int[Images.Count];
        Array.Fill(once, 1);
        return At(once);
    }

    /// <summary>The figures of a sample.</summary>
    /// <param name="multiplicities">How often each picture was drawn, in the order of <see cref="Images"/>.</param>
    /// <exception cref="ArgumentException">Another number of pictures.</exception>
    public AveragePrecision At(ReadOnlySpan<int> multiplicities)
    {
        if (multiplicities.Length != Images.Count)
        {
            throw new ArgumentException($"multiplicities: {multiplicities.Length} for {Images.Count} pictures", nameof(multiplicities));
        }

        int thresholds = _options.IouThresholds.Count;
        var sums = new double[thresholds];
        var scratch = new Scratch(_rankings.Max(r => (int?)r.Count) ?? 0, _options.RecallThresholds.Count);
        int counted = 0;
        foreach (Ranking ranking in _rankings)
        {
            counted += ranking.AddTo(sums, multiplicities, _options.RecallThresholds, scratch) ? 1 : 0;
        }

        double Of(int t) => counted == 0 ? -1 : sums[t] / counted;
        int At(double threshold) => Enumerable.Range(0, thresholds).MinBy(t => Math.Abs(_options.IouThresholds[t] - threshold));
        return new(counted == 0 ? -1 : sums.Sum() / (counted * thresholds), Of(At(.5)), Of(At(.75)));
    }

    private sealed class Scratch(int detections, int recalls)
    {
        public double[] Right { get; } = new double[detections];

        public double[] Wrong { get; } = new double[detections];

        public double[] Precision { get; } = new double[detections];

        public double[] AtGrid { get; } = new double[recalls];
    }

    // One category: by rank the picture and, as bits by threshold, whether the detection is right or wrong.
    private sealed class Ranking
    {
        private readonly int[] _image;
        private readonly uint[] _right;
        private readonly uint[] _wrong;
        private readonly (int Image, int Truths)[] _truths;

        public Ranking(CocoEvaluation evaluation, int category)
        {
            (int Image, CocoMatches Cell)[] cells =
                [.. Enumerable.Range(0, evaluation.Images.Count).Select(i => (Image: i, Cell: evaluation[category, 0, i]!)).Where(c => c.Cell is not null)];
            (int Image, CocoMatches Cell, int Index)[] ranked =
                [.. cells.SelectMany(c => Enumerable.Range(0, c.Cell.Detections.Count).Select(d => (c.Image, c.Cell, d))).OrderByDescending(x => x.Cell.Detections[x.d].Score)];
            _image = [.. ranked.Select(r => r.Image)];
            _right = [.. ranked.Select(r => Bits(r.Cell, r.Index, right: true))];
            _wrong = [.. ranked.Select(r => Bits(r.Cell, r.Index, right: false))];
            _truths = [.. cells.Select(c => (c.Image, c.Cell.TruthIgnored.AsSpan().Count(false))).Where(c => c.Item2 > 0)];
        }

        public int Count => _image.Length;

        public bool AddTo(double[] sums, ReadOnlySpan<int> multiplicities, IReadOnlyList<double> grid, Scratch scratch)
        {
            double truths = 0;
            foreach ((int image, int count) in _truths)
            {
                truths += (double)multiplicities[image] * count;
            }

            for (int t = 0; t < sums.Length && truths > 0; t++)
            {
                int n = Rank(t, multiplicities, scratch);
                PrecisionCurve.Read(scratch.Right.AsSpan(0, n), scratch.Wrong.AsSpan(0, n), truths, grid, scratch.Precision, scratch.AtGrid, []);
                sums[t] += scratch.AtGrid.Sum() / grid.Count;
            }

            return truths > 0;
        }

        private int Rank(int t, ReadOnlySpan<int> multiplicities, Scratch scratch)
        {
            int n = 0;
            double right = 0;
            double wrong = 0;
            for (int i = 0; i < _image.Length; i++)
            {
                int times = multiplicities[_image[i]];
                if (times > 0)
                {
                    right += times * ((_right[i] >> t) & 1);
                    wrong += times * ((_wrong[i] >> t) & 1);
                    (scratch.Right[n], scratch.Wrong[n]) = (right, wrong);
                    n++;
                }
            }

            return n;
        }

        private static uint Bits(CocoMatches cell, int detection, bool right)
        {
            uint bits = 0;
            for (int t = 0; t < cell.DetectionMatch.Length; t++)
            {
                bool counts = !cell.DetectionIgnored[t][detection] && cell.DetectionMatch[t][detection] >= 0 == right;
                bits |= counts ? 1u << t : 0;
            }

            return bits;
        }
    }
}
