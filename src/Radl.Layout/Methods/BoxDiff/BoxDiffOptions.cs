using System.ComponentModel.DataAnnotations;

namespace Radl.Layout.Methods.BoxDiff;

/// <summary>How BoxDiff guides. The defaults are its paper's.</summary>
public sealed record BoxDiffOptions
{
    /// <summary>The refinement thresholds of the reference, for runs of about 50 steps.</summary>
    public static IReadOnlyDictionary<int, double> PublishedRefinement { get; } = new Dictionary<int, double> { [0] = 0.05, [10] = 0.5, [20] = 0.8 };

    /// <summary>Calls of the model before which the latents are moved, from the first on; null is half of them (25 of 50).</summary>
    [Range(0, 10_000)]
    public int? GuidedSteps { get; init; }

    /// <summary>What the gradient is multiplied by at the first step.</summary>
    [Range(0.0, 10_000.0)]
    public double StepSize { get; init; } = 20;

    /// <summary>The squared step size falls in a straight line over all calls, to this share of its start.</summary>
    [Range(0.0, 1.0)]
    public double LastStepShare { get; init; } = 0.5;

    /// <summary>Share of a box's cells (and of those outside) whose strongest attention counts, P in the paper; at least one cell does.</summary>
    [Range(0.0, 1.0)]
    public double TopShare { get; init; } = 0.2;

    /// <summary>Cells on both sides of a box's edges where the corner terms look, L in the paper.</summary>
    [Range(0, 64)]
    public int CornerReach { get; init; } = 1;

    /// <summary>Whether maps are smoothed by a 3x3 kernel first.</summary>
    public bool Smooth { get; init; } = true;

    /// <summary>Width of that kernel in cells; its exponent is ((x - 1) / (2 sigma)) squared, as in the reference.</summary>
    [Range(0.01, 100.0)]
    public double SmoothingSigma { get; init; } = 0.5;

    /// <summary>
    /// How much coarser than the latents the grid of the attentions that are read is, a power of 2. Null is the coarsest grid on which a down
    /// block attends to text: 4 in Stable Diffusion (16x16 at 512 pixels, the paper's choice), 2 in a model of two levels such as the toybox (8x8).
    /// Attention to whole things sits deep in the model, and the mid block alone would be one map of few cells.
    /// </summary>
    [Range(1, 1024)]
    public int? GridScale { get; init; }

    /// <summary>
    /// Calls before which the latents are moved several times, and the thresholds that end this: until every instance's strongest attention
    /// inside its box reaches the threshold (0 to 1). Null, the default, refines nowhere; see <see cref="PublishedRefinement"/>.
    /// </summary>
    public IReadOnlyDictionary<int, double>? Refinement { get; init; }

    /// <summary>Most moves of one refinement.</summary>
    [Range(1, 1000)]
    public int RefinementTurns { get; init; } = 20;

    /// <summary>
    /// After a refinement follow the inner-box terms alone in that step, as the reference does (its other terms are those of the latents before the
    /// refinement, which have no gradient any more). False, the default, follows the whole energy.
    /// </summary>
    public bool InnerAfterRefinement { get; init; }

    /// <summary>Less memory for more time, see <see cref="Diffusion.UNet.UNetOptions.Checkpoint"/>.</summary>
    public bool Checkpoint { get; init; }

    /// <summary>Checks ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the text names it.</exception>
    public void Validate()
    {
        Require(GuidedSteps is null or (>= 0 and <= 10_000), $"GuidedSteps ({GuidedSteps}) must lie in [0, 10000]");
        Require(StepSize is >= 0 and <= 10_000, FormattableString.Invariant($"StepSize ({StepSize}) must lie in [0, 10000]"));
        Require(LastStepShare is >= 0 and <= 1, FormattableString.Invariant($"LastStepShare ({LastStepShare}) must lie in [0, 1]"));
        Require(TopShare is >= 0 and <= 1, FormattableString.Invariant($"TopShare ({TopShare}) must lie in [0, 1]"));
        Require(CornerReach is >= 0 and <= 64, $"CornerReach ({CornerReach}) must lie in [0, 64]");
        Require(SmoothingSigma is >= 0.01 and <= 100, FormattableString.Invariant($"SmoothingSigma ({SmoothingSigma}) must lie in [0.01, 100]"));
        Require(GridScale is null or (>= 1 and <= 1024), $"GridScale ({GridScale}) must lie in [1, 1024]");
        Require(RefinementTurns is >= 1 and <= 1000, $"RefinementTurns ({RefinementTurns}) must lie in [1, 1000]");
        foreach ((int call, double threshold) in Refinement ?? new Dictionary<int, double>())
        {
            Require(call >= 0, $"Refinement[{call}]: a call is 0 or more");
            Require(threshold is >= 0 and <= 1, FormattableString.Invariant($"Refinement[{call}] ({threshold}) must lie in [0, 1]"));
        }
    }

    /// <summary>The guided calls of a run.</summary>
    internal int GuidedCalls(int total) => GuidedSteps ?? Math.Max(1, total / 2);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
