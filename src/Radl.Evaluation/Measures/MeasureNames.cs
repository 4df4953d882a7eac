using Radl.Evaluation.Toybox.Benchmarks;

namespace Radl.Evaluation.Measures;

/// <summary>Names of a scene's measures: the benchmark's, and the measure's own.</summary>
public static class MeasureNames
{
    /// <summary>Score of the whole picture and its prompt by the small CLIP.</summary>
    public const string Clip = "clip.clip";

    /// <summary>Score of each asked box and its label by the small CLIP.</summary>
    public const string LocalClip = "clip.local_clip";

    /// <summary>A measure of <see cref="ToyPosition"/>.</summary>
    public static string Position(string name) => "position." + name;

    /// <summary>A measure of <see cref="ToyMig"/>.</summary>
    public static string Mig(string name) => "mig." + name;

    /// <summary>A measure of <see cref="ToyDraw"/>.</summary>
    public static string Draw(string name) => "draw." + name;
}
