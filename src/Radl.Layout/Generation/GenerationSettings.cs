using System.ComponentModel.DataAnnotations;
using Radl.Layout.Methods;

namespace Radl.Layout.Generation;

/// <summary>How a picture is made of a scene. Together with scene, seed, model, type and device it fixes the picture.</summary>
public sealed record GenerationSettings
{
    /// <summary>Most denoising steps: the training timesteps of Stable Diffusion.</summary>
    public const int MostSteps = 1000;

    /// <summary>Greatest guidance scale.</summary>
    public const double MostGuidance = 100;

    /// <summary>Denoising steps.</summary>
    [Range(1, MostSteps)]
    public int Steps { get; init; } = 60;

    /// <summary>Steps under the layout method's control, from the first on; more than there are means all. Null is the method's own share of the steps.</summary>
    [Range(0, MostSteps)]
    public int? ControlSteps { get; init; }

    /// <summary>Classifier-free guidance scale; 1 computes no unconditional rows.</summary>
    [Range(0, MostGuidance)]
    public double Guidance { get; init; } = 7.5;

    /// <summary>Solver; see <see cref="SolverNames"/>.</summary>
    public string Scheduler { get; init; } = "euler";

    /// <summary>Layout method, one of <see cref="LayoutMethods"/>; <c>sd</c> for the prompt alone.</summary>
    public string Method { get; init; } = LayoutMethods.Radl;

    /// <summary>The control steps of a run: the given number, or the method's own share.</summary>
    public int ResolvedControlSteps => Math.Min(Steps, ControlSteps ?? LayoutMethods.Of(Method).ControlSteps(Steps));

    /// <summary>Share of tokens that the finest self-attention merges, 0 to 0.75: faster, a little less exact. 0 merges none.</summary>
    [Range(0, Diffusion.Attention.TokenMerging.MostRatio)]
    public double TokenMerging { get; init; }

    /// <summary>Whether the picture is decoded in tiles: a third of the decoder's memory, almost the same picture.</summary>
    public bool VaeTiling { get; init; }

    /// <summary>Checks ranges, names, and that method and solver fit.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message names it as the command line does.</exception>
    public void Validate()
    {
        Require(Steps is >= 1 and <= MostSteps, $"steps ({Steps}) must lie in [1, {MostSteps}]");
        Require(ControlSteps is null or (>= 0 and <= MostSteps), $"control-steps ({ControlSteps}) must lie in [0, {MostSteps}]");
        Require(Guidance is >= 0 and <= MostGuidance, FormattableString.Invariant($"guidance ({Guidance}) must lie in [0, {MostGuidance}]"));
        const double MostMerging = Diffusion.Attention.TokenMerging.MostRatio;
        Require(TokenMerging is >= 0 and <= MostMerging, FormattableString.Invariant($"token-merging ({TokenMerging}) must lie in [0, {MostMerging}]"));
        SolverNames.Parse(Scheduler);
        Require(LayoutMethods.Names.Contains(Method), $"method '{Method}' is not one of {string.Join(", ", LayoutMethods.Names)}");
        Require(
            !LayoutMethods.Of(Method).NeedsSingleStep || SolverNames.SingleStep.Contains(Scheduler),
            $"scheduler '{Scheduler}' remembers earlier steps; {Method} takes several steps at once and needs {string.Join(" or ", SolverNames.SingleStep)}");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
