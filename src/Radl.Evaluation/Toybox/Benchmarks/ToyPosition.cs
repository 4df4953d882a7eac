using Radl.Evaluation.Coco;
using Radl.Evaluation.Statistics;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox.Benchmarks;

/// <summary>Which detections can match which instances in Toybox-Position's average precision, strictest first.</summary>
public enum ToyPrecisionKind
{
    /// <summary>The whole label must be right: colour, pattern and category, as the detector reads them.</summary>
    Label,

    /// <summary>The colour must be right.</summary>
    Color,

    /// <summary>Any toy in the place will do.</summary>
    Any,
}

/// <summary>Toybox-Position, after the paper's Table I: does everything stand where it was asked for?</summary>
public static class ToyPosition
{
    /// <summary>Scenes in which every instance has an IoU of at least .5 in its colour.</summary>
    public const string R = "r";

    /// <summary>Mean over instances of the IoU of the asked box and the largest region of the asked colour.</summary>
    public const string MeanIou = "miou";

    /// <summary>Instances with an IoU of at least .5 in their colour.</summary>
    public const string Success = "success";

    /// <summary>Instances with the asked pattern; one that was not found is wrong.</summary>
    public const string Pattern = "pattern";

    /// <summary>Instances with the asked category; one that was not found is wrong.</summary>
    public const string Category = "category";

    /// <summary>Relations whose two poses show exactly the asked verb; absent where none was asked.</summary>
    public const string Relation = "relation";

    /// <summary>The measures of one scene, but for the average precision.</summary>
    public static SceneMeasures Score(ToySceneReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        IReadOnlyList<ToyInstanceDetection> instances = reading.Asked.Instances;
        SceneMeasure Count(Func<ToyInstanceDetection, bool> right) => new(instances.Count(right), instances.Count);
        var values = new Dictionary<string, SceneMeasure>(StringComparer.Ordinal)
        {
            [R] = SceneMeasure.Of(instances.All(i => i.Success)),
            [MeanIou] = new(instances.Sum(i => (double)i.Iou), instances.Count),
            [Success] = Count(i => i.Success),
            [Pattern] = Count(i => i.PatternRight),
            [Category] = Count(i => i.CategoryRight),
        };
        if (reading.Asked.Relations.Count > 0)
        {
            values[Relation] = new(reading.Asked.Relations.Count(r => r.Right), reading.Asked.Relations.Count);
        }

        return new(instances.Count, values);
    }

    /// <summary>
    /// COCO's matches of all toys that were found with the layouts, ready for the average precision of the scenes and of
    /// resamples of them. Toys that nobody asked for count as wrong.
    /// </summary>
    /// <param name="readings">One for each scene; the picture ids are their indexes.</param>
    /// <param name="kind">What must be right besides the place.</param>
    public static CocoEvaluation Match(IReadOnlyList<ToySceneReading> readings, ToyPrecisionKind kind = ToyPrecisionKind.Label)
    {
        ArgumentNullException.ThrowIfNull(readings);
        var truths = new List<CocoTruth>();
        var detections = new List<CocoDetection>();
        for (int i = 0; i < readings.Count; i++)
        {
            float side = readings[i].Scene.Canvas;
            foreach (ToyInstance instance in readings[i].Scene.Instances)
            {
                CocoBox box = ToCoco(instance.Box, side);
                truths.Add(new(truths.Count + 1, i, CategoryOf(kind, instance.Color, instance.Pattern, instance.Category), box, box.Area));
            }

            foreach (ToyFinding found in readings[i].Found)
            {
                detections.Add(new(detections.Count + 1, i, CategoryOf(kind, found.Color, found.Pattern, found.Category), ToCoco(found.Box, side), found.Score));
            }
        }

        return CocoEvaluation.Match(truths, detections, CocoOptions.AllSizes(), Enumerable.Range(0, readings.Count).Select(i => (long)i));
    }

    /// <summary>Average precision of the scenes and, by <see cref="ResampledPrecision.At"/>, of resamples.</summary>
    /// <inheritdoc cref="Match" path="/param"/>
    public static ResampledPrecision Precision(IReadOnlyList<ToySceneReading> readings, ToyPrecisionKind kind = ToyPrecisionKind.Label) => new(Match(readings, kind));

    /// <summary>The label that a category number of <see cref="Match"/> stands for.</summary>
    public static string CategoryName(ToyPrecisionKind kind, int category) => kind switch
    {
        ToyPrecisionKind.Any => "toy",
        ToyPrecisionKind.Color => ToyVocabulary.Word((ToyColor)category),
        _ => string.Join(
            ' ',
            ToyVocabulary.Word((ToyColor)(category / (ToyAttributes.PatternCount * ToyAttributes.CategoryCount))),
            ToyVocabulary.Word((ToyPattern)(category / ToyAttributes.CategoryCount % ToyAttributes.PatternCount)),
            ToyVocabulary.Word((ToyCategory)(category % ToyAttributes.CategoryCount))),
    };

    private static int CategoryOf(ToyPrecisionKind kind, ToyColor color, ToyPattern pattern, ToyCategory category) => kind switch
    {
        ToyPrecisionKind.Label => (((int)color * ToyAttributes.PatternCount) + (int)pattern) * ToyAttributes.CategoryCount + (int)category,
        ToyPrecisionKind.Color => (int)color,
        ToyPrecisionKind.Any => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static CocoBox ToCoco(ToyBox box, float side) => new(box.X1 * side, box.Y1 * side, box.Width * side, box.Height * side);
}
