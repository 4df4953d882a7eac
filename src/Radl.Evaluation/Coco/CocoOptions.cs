namespace Radl.Evaluation.Coco;

/// <summary>A range of object areas in pixels, both ends included.</summary>
public sealed record CocoAreaRange(string Name, double Low, double High);

/// <summary>What COCO's evaluation is run with; the defaults are the official ones for boxes.</summary>
public sealed record CocoOptions
{
    /// <summary>Whether a detection can match only a truth of its own category; otherwise all categories are one.</summary>
    public bool UseCategories { get; init; } = true;

    /// <summary>How many detections of a picture and category count, best first; ascending.</summary>
    public IReadOnlyList<int> MaxDetections { get; init; } = [1, 10, 100];

    /// <summary>Overlaps from which on a detection is right: .50 to .95 in steps of .05.</summary>
    public IReadOnlyList<double> IouThresholds { get; init; } = Steps(.5, .95, 10);

    /// <summary>Recalls at which the precision is read: 0 to 1 in steps of .01.</summary>
    public IReadOnlyList<double> RecallThresholds { get; init; } = Steps(0, 1, 101);

    /// <summary>Ranges of areas; the first one is the range of the main figures.</summary>
    public IReadOnlyList<CocoAreaRange> AreaRanges { get; init; } =
        [new("all", 0, 1e10), new("small", 0, 32 * 32), new("medium", 32 * 32, 96 * 96), new("large", 96 * 96, 1e10)];

    /// <summary>One range, one limit: enough for AP over all sizes, and a quarter of the work.</summary>
    public static CocoOptions AllSizes(int maxDetections = 100) =>
        new() { MaxDetections = [maxDetections], AreaRanges = [new("all", 0, 1e10)] };

    // The reference's grids are start + i * step in doubles: a threshold that is one bit off would decide ties differently.
    private static double[] Steps(double start, double stop, int count)
    {
        double step = (stop - start) / (count - 1);
        var steps = new double[count];
        for (int i = 0; i < count - 1; i++)
        {
            steps[i] = (i * step) + start;
        }

        steps[^1] = stop;
        return steps;
    }
}
