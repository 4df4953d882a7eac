using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox;

/// <summary>What was found of one asked instance.</summary>
public sealed record ToyInstanceDetection
{
    /// <summary>The nothing that is found when no region has the asked hue.</summary>
    internal static ToyInstanceDetection Missing { get; } = new();

    /// <summary>Whether any region of the asked hue was found.</summary>
    public bool Found { get; init; }

    /// <summary>The found region's tight box, normalised; empty when nothing was found.</summary>
    public ToyBox Box { get; init; }

    /// <summary>Intersection over union of the found and the asked box.</summary>
    public float Iou { get; init; }

    /// <summary>Whether the asked hue is the most frequent one inside the asked box.</summary>
    public bool ColorRight { get; init; }

    /// <summary>The pattern read from the found region.</summary>
    public ToyPattern Pattern { get; init; }

    public bool PatternRight { get; init; }

    /// <summary>The category whose outline fits the found region best.</summary>
    public ToyCategory Category { get; init; }

    public bool CategoryRight { get; init; }

    /// <summary>Mask IoU, in [0, 1], of the region and the outline that fits it best.</summary>
    public float Confidence { get; init; }

    /// <summary>Share of the region's pixels, in [0, 1], that have its hue.</summary>
    public float Purity { get; init; }

    /// <summary>How sure the detector is, in [0, 1], from the region alone: <see cref="Purity"/> times <see cref="Confidence"/>.</summary>
    public float Score => Purity * Confidence;

    /// <summary>The pose in which the asked category's outline fits best.</summary>
    public bool Flipped { get; init; }

    /// <inheritdoc cref="Flipped"/>
    public ToyTilt Tilt { get; init; }

    /// <summary>A region of the asked hue covers the asked box with an IoU of at least .5.</summary>
    public bool Success => Iou >= .5f;
}

/// <summary>What the poses of a relation's two instances show.</summary>
/// <param name="Asked">The asked relation.</param>
/// <param name="Shown">The verb that the found poses show; null when one was not found or the poses fit no verb.</param>
public sealed record ToyRelationDetection(ToyRelation Asked, ToyVerb? Shown)
{
    /// <summary>Both were found and show exactly the asked verb.</summary>
    public bool Right => Shown == Asked.Verb;
}

/// <summary>What was found of one asked scene, in the scene's order.</summary>
public sealed record ToySceneDetection(IReadOnlyList<ToyInstanceDetection> Instances, IReadOnlyList<ToyRelationDetection> Relations);
