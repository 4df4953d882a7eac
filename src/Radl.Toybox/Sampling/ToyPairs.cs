using Radl.Toybox.World;

namespace Radl.Toybox.Sampling;

/// <summary>
/// An endless list of scenes of a subject, a verb and an object whose row is the canvas' middle, so that the middle half of the
/// rows shows everything. They teach what a verb does at half of a full canvas' cost.
/// </summary>
public sealed class ToyPairs
{
    private const float Room = .5f - (2 * ToySizes.Margin / ToyScene.StandardCanvas);

    private readonly ToySceneSampler _sampler = new(ToySceneOptions.Counts(2, 2) with { RelationProbability = 1 });

    /// <summary>The scene at an index; all of it lies between a quarter and three quarters of the height. Thread safe.</summary>
    public ToyScene Sample(ulong seed, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = new ToyRandom(seed ^ 0x50414952, (ulong)index); // so that a pair never repeats the scene of its index
        ToyScene scene = _sampler.Sample(ref random);
        float row = scene.Instances[0].CentreY;
        float above = row - scene.Instances.Min(instance => instance.Box.Y1);
        float below = scene.Instances.Max(instance => instance.Box.Y2) - row;
        float shrink = MathF.Min(1, Room / (above + below)); // about the centres, so that gaps only widen
        float spare = Room - ((above + below) * shrink);
        float place = ((1 - Room) / 2) + (above * shrink) + (random.NextFloat() * spare);
        return scene with { Instances = [.. scene.Instances.Select(instance => instance with { CentreY = place, HalfSize = instance.HalfSize * shrink })] };
    }
}
