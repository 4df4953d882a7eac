using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox;

/// <summary>One toy that stands on a picture, whatever was asked for.</summary>
public sealed record ToyFinding
{
    /// <summary>Its tight box, normalised.</summary>
    public required ToyBox Box { get; init; }

    public required ToyColor Color { get; init; }

    public required ToyPattern Pattern { get; init; }

    /// <summary>The category whose outline fits best.</summary>
    public required ToyCategory Category { get; init; }

    /// <summary>The pose in which that outline fits.</summary>
    public bool Flipped { get; init; }

    /// <inheritdoc cref="Flipped"/>
    public ToyTilt Tilt { get; init; }

    /// <summary>Mask IoU, in [0, 1], of the region and the outline that fits it best.</summary>
    public required float Fit { get; init; }

    /// <summary>Share of the region's pixels, in [0, 1], that have its hue.</summary>
    public required float Purity { get; init; }

    /// <summary>How sure the detector is, in [0, 1], from the region alone: <see cref="Purity"/> times <see cref="Fit"/>.</summary>
    public float Score => Purity * Fit;
}
