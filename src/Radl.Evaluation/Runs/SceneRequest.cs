using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Evaluation.Runs;

/// <summary>One picture that is asked for.</summary>
/// <param name="Scene">What it should show; its <see cref="ToyScene.Seed"/> is the seed of the noise.</param>
public sealed record SceneRequest(ToyScene Scene)
{
    /// <summary>The prompt, usually the scene's own.</summary>
    public string Prompt { get; init; } = Scene.Prompt;

    /// <summary>What tables split by: the number of instances, or the kind of prompt.</summary>
    public string Group { get; init; } = Scene.Instances.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What a scene of Toybox-Draw asks about; null for scenes of other sets.</summary>
    public ToyDrawKind? DrawKind { get; init; }
}
