using Radl.Layout.Methods.Gligen;

namespace Radl.Layout.Methods;

/// <summary>What a user should know of a method before choosing it.</summary>
/// <param name="Name">As on the command line, in folders and over HTTP.</param>
/// <param name="Title">As its paper calls it.</param>
/// <param name="Summary">In a sentence or two.</param>
/// <param name="ControlShare">Share of the steps, from the first on, that its paper controls.</param>
public sealed record LayoutMethodFacts(string Name, string Title, string Summary, double ControlShare)
{
    /// <summary>Whether it needs an adapter that was trained for the model.</summary>
    public bool IsTrained { get; init; }

    /// <summary>Whether it can show where each instance acted.</summary>
    public bool HasAttentionMaps { get; init; }

    /// <summary>Whether it changes pictures of scenes without instances too.</summary>
    public bool ActsWithoutInstances { get; init; }

    /// <summary>Whether it takes several steps at once, each from the latents alone: its solver may remember none.</summary>
    public bool NeedsSingleStep { get; init; }

    /// <summary>Whether a part of a step is left to the prompt, as GLIGEN's reference does.</summary>
    internal bool RoundsDown { get; init; }

    /// <summary>Controlled steps of a run that does not say how many: the paper's share, rounded up, but for GLIGEN's.</summary>
    /// <param name="steps">All steps of the run.</param>
    public int ControlSteps(int steps) => RoundsDown ? GligenAdapter.GroundedSteps(steps, ControlShare) : (int)Math.Ceiling((steps * ControlShare) - 1e-9);
}
