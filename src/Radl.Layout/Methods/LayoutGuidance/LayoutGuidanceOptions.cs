using System.ComponentModel.DataAnnotations;

namespace Radl.Layout.Methods.LayoutGuidance;

/// <summary>How layout guidance moves the latents. The defaults are the reference's.</summary>
public sealed record LayoutGuidanceOptions
{
    /// <summary>Calls of the model before which the latents are moved, from the first on; null is a fifth of them (10 of 51).</summary>
    [Range(0, 10_000)]
    public int? GuidedSteps { get; init; }

    /// <summary>Most moves before one call.</summary>
    [Range(1, 1000)]
    public int Repeats { get; init; } = 5;

    /// <summary>What the energy is multiplied by before its gradient is taken.</summary>
    [Range(0.0, 10_000.0)]
    public double Scale { get; init; } = 30;

    /// <summary>An image whose energy (0 to 1, before <see cref="Scale"/>) came down to this is left alone from then on.</summary>
    [Range(0.0, 1.0)]
    public double Threshold { get; init; } = 0.2;

    /// <summary>Less memory for more time, see <see cref="Diffusion.UNet.UNetOptions.Checkpoint"/>.</summary>
    public bool Checkpoint { get; init; }

    /// <summary>Checks ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the text names it.</exception>
    public void Validate()
    {
        Require(GuidedSteps is null or (>= 0 and <= 10_000), $"GuidedSteps ({GuidedSteps}) must lie in [0, 10000]");
        Require(Repeats is >= 1 and <= 1000, $"Repeats ({Repeats}) must lie in [1, 1000]");
        Require(Scale is >= 0 and <= 10_000, FormattableString.Invariant($"Scale ({Scale}) must lie in [0, 10000]"));
        Require(Threshold is >= 0 and <= 1, FormattableString.Invariant($"Threshold ({Threshold}) must lie in [0, 1]"));
    }

    /// <summary>The guided calls of a run.</summary>
    internal int GuidedCalls(int total) => GuidedSteps ?? Math.Max(1, total / 5);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
