namespace Radl.Evaluation.Coco;

/// <summary>
/// COCO's detection evaluation for boxes, as pycocotools computes it: greedy matches per picture, category and range
/// of areas, then precision over recall.
/// </summary>
public sealed class CocoEvaluation
{
    private readonly CocoMatches?[] _cells; // [category, area, image]

    private CocoEvaluation(CocoOptions options, long[] images, int[] categories)
    {
        (Options, Images, Categories) = (options, images, categories);
        _cells = new CocoMatches?[CategoryCount * options.AreaRanges.Count * images.Length];
    }

    public CocoOptions Options { get; }

    /// <summary>The evaluated pictures, ascending.</summary>
    public IReadOnlyList<long> Images { get; }

    /// <summary>The evaluated categories, ascending.</summary>
    public IReadOnlyList<int> Categories { get; }

    /// <summary>How many categories are told apart: 1 where they are not used.</summary>
    public int CategoryCount => Options.UseCategories ? Categories.Count : 1;

    /// <summary>Matches detections with truths.</summary>
    /// <param name="truths">In file order.</param>
    /// <param name="detections">In file order, which breaks ties of scores.</param>
    /// <param name="options">Null for the official ones.</param>
    /// <param name="images">Pictures to evaluate; null for all that hold a truth or a detection.</param>
    /// <param name="categories">Categories to evaluate; null for all that occur.</param>
    /// <exception cref="ArgumentException">The options have an empty list, or limits that do not ascend.</exception>
    public static CocoEvaluation Match(
        IReadOnlyList<CocoTruth> truths, IReadOnlyList<CocoDetection> detections, CocoOptions? options = null, IEnumerable<long>? images = null, IEnumerable<int>? categories = null)
    {
        ArgumentNullException.ThrowIfNull(truths);
        ArgumentNullException.ThrowIfNull(detections);
        options ??= new();
        Check(options);
        long[] imageIds = [.. (images ?? truths.Select(t => t.Image).Concat(detections.Select(d => d.Image))).Distinct().Order()];
        int[] categoryIds = [.. (categories ?? truths.Select(t => t.Category).Concat(detections.Select(d => d.Category))).Distinct().Order()];
        var evaluation = new CocoEvaluation(options, imageIds, categoryIds);
        evaluation.Fill(truths, detections);
        return evaluation;
    }

    /// <summary>The matches of one cell, or null when it holds neither truth nor detection.</summary>
    /// <param name="category">Index into <see cref="Categories"/>; 0 where categories are not used.</param>
    /// <param name="area">Index into the options' ranges.</param>
    /// <param name="image">Index into <see cref="Images"/>.</param>
    public CocoMatches? this[int category, int area, int image] => _cells[(((category * Options.AreaRanges.Count) + area) * Images.Count) + image];

    /// <summary>Precision and recall over all pictures.</summary>
    public CocoCurves Accumulate() => CocoCurves.Of(this);

    private void Fill(IReadOnlyList<CocoTruth> truths, IReadOnlyList<CocoDetection> detections)
    {
        Dictionary<long, int> imageIndex = Index(Images);
        Dictionary<int, int> categoryIndex = Index(Categories);
        int limit = Options.MaxDetections[^1];
        int? CellOf(long image, int category) =>
            imageIndex.TryGetValue(image, out int i) && categoryIndex.TryGetValue(category, out int k) ? ((Options.UseCategories ? k : 0) * Images.Count) + i : null;

        // Without categories the reference still goes through them in order, which decides ties.
        ILookup<int?, CocoTruth> truthsOf = truths.OrderBy(t => Options.UseCategories ? 0 : t.Category).ToLookup(t => CellOf(t.Image, t.Category));
        ILookup<int?, CocoDetection> detectionsOf = detections.OrderBy(d => Options.UseCategories ? 0 : d.Category).ToLookup(d => CellOf(d.Image, d.Category));
        foreach (int cell in truthsOf.Select(g => g.Key).Union(detectionsOf.Select(g => g.Key)).OfType<int>())
        {
            (int category, int image) = Math.DivRem(cell, Images.Count);
            CocoTruth[] there = [.. truthsOf[cell]];
            CocoDetection[] claimed = [.. detectionsOf[cell].OrderByDescending(d => d.Score).Take(limit)];
            for (int a = 0; a < Options.AreaRanges.Count; a++)
            {
                _cells[(((category * Options.AreaRanges.Count) + a) * Images.Count) + image] =
                    CocoMatches.Make(there, claimed, Options.AreaRanges[a], Options.IouThresholds);
            }
        }
    }

    private static Dictionary<T, int> Index<T>(IReadOnlyList<T> ids)
        where T : notnull => Enumerable.Range(0, ids.Count).ToDictionary(i => ids[i]);

    private static void Check(CocoOptions options)
    {
        if (options.MaxDetections.Count == 0 || options.IouThresholds.Count == 0 || options.RecallThresholds.Count == 0 || options.AreaRanges.Count == 0)
        {
            throw new ArgumentException("options: MaxDetections, IouThresholds, RecallThresholds and AreaRanges need at least one entry each", nameof(options));
        }

        for (int m = 0; m < options.MaxDetections.Count; m++)
        {
            if (options.MaxDetections[m] <= (m == 0 ? 0 : options.MaxDetections[m - 1]))
            {
                throw new ArgumentException($"options.MaxDetections[{m}]: {options.MaxDetections[m]}, but the limits must be positive and ascend", nameof(options));
            }
        }
    }
}
