using Radl.Evaluation.Statistics;
using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Toybox.Benchmarks;

/// <summary>Toybox-Draw, after the paper's Table III: attributes, quantity and relations, each on scenes of its own kind.</summary>
public static class ToyDraw
{
    /// <summary>Scenes in which the most frequent hue inside every asked box is the asked one: colour inside each required instance.</summary>
    public const string Attribute = "attribute";

    /// <summary>As <see cref="Attribute"/>, and every instance has its pattern.</summary>
    public const string AttributeAndPattern = "attribute_and_pattern";

    /// <summary>Scenes in which every asked colour and category stands together on one toy, wherever: fair to methods without boxes.</summary>
    public const string AttributeAnywhere = "attribute_anywhere";

    /// <summary>Instances with their colour inside their box, of scenes about attributes.</summary>
    public const string Color = "color";

    /// <summary>Instances with their pattern, of scenes about attributes.</summary>
    public const string Pattern = "pattern";

    /// <summary>Scenes with exactly as many toys as the prompt lists.</summary>
    public const string Quantity = "quantity";

    /// <summary>Mean over scenes of how many toys there are too many or too few.</summary>
    public const string QuantityError = "quantity_error";

    /// <summary>Strict: both instances are there and their poses show the verb. Of five verbs four are the four pairs of directions, so chance is 25 %.</summary>
    public const string Relation = "relation";

    /// <summary>In thirds: subject there, object there, verb right.</summary>
    public const string RelationThirds = "relation_thirds";

    /// <summary>As <see cref="Relation"/>, and both stand in their boxes with their category.</summary>
    public const string RelationNamed = "relation_named";

    /// <summary>The measures of one scene; those of other kinds are absent.</summary>
    public static SceneMeasures Score(ToyDrawKind kind, ToySceneReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return new(reading.Scene.Instances.Count, kind switch
        {
            ToyDrawKind.Attribute => Attributes(reading),
            ToyDrawKind.Quantity => Quantities(reading),
            ToyDrawKind.Relation => Relations(reading),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        });
    }

    private static Dictionary<string, SceneMeasure> Attributes(ToySceneReading reading)
    {
        IReadOnlyList<ToyInstanceDetection> instances = reading.Asked.Instances;
        bool colors = instances.All(i => i.ColorRight);
        return new(StringComparer.Ordinal)
        {
            [Attribute] = SceneMeasure.Of(colors),
            [AttributeAndPattern] = SceneMeasure.Of(colors && instances.All(i => i.PatternRight)),
            [AttributeAnywhere] = SceneMeasure.Of(reading.Scene.Instances.All(a => reading.Found.Any(f => f.Color == a.Color && f.Category == a.Category))),
            [Color] = new(instances.Count(i => i.ColorRight), instances.Count),
            [Pattern] = new(instances.Count(i => i.PatternRight), instances.Count),
        };
    }

    private static Dictionary<string, SceneMeasure> Quantities(ToySceneReading reading)
    {
        int off = Math.Abs(reading.Found.Count - reading.Scene.Instances.Count);
        return new(StringComparer.Ordinal) { [Quantity] = SceneMeasure.Of(off == 0), [QuantityError] = new(off, 1) };
    }

    private static Dictionary<string, SceneMeasure> Relations(ToySceneReading reading)
    {
        ToyRelationDetection relation = reading.Asked.Relations is [var only]
            ? only
            : throw new ArgumentException($"reading.Scene.Relations: {reading.Scene.Relations.Count}, but a scene about a relation has one", nameof(reading));
        ToyInstanceDetection subject = reading.Asked.Instances[relation.Asked.Subject];
        ToyInstanceDetection obj = reading.Asked.Instances[relation.Asked.Object];
        bool named = new[] { subject, obj }.All(i => i is { Success: true, CategoryRight: true });
        return new(StringComparer.Ordinal)
        {
            [Relation] = SceneMeasure.Of(relation.Right),
            [RelationThirds] = new((subject.Found ? 1 : 0) + (obj.Found ? 1 : 0) + (relation.Right ? 1 : 0), 3),
            [RelationNamed] = SceneMeasure.Of(relation.Right && named),
        };
    }
}
