using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Data;

/// <summary>Scenes of a step that all have the same number of instances, drawn as often as the data has such scenes.</summary>
/// <remarks>
/// Regions of one batch are padded to the largest one, and a picture of six toys has far smaller regions than a picture of one:
/// batches of equal counts waste little on padding, and their shapes come back, so that libtorch need not make new kernels in every step.
/// </remarks>
internal sealed class EqualCounts
{
    private const ulong CountStream = 0x434F554E;
    private const ulong SceneStream = 0x5343454E;

    private readonly ulong _seed;
    private readonly int[] _counts;
    private readonly Dictionary<int, long[]> _groups;

    /// <summary>Sorts the scenes by their number of instances.</summary>
    /// <param name="seed">Of the draws.</param>
    /// <param name="scenes">How many there are.</param>
    /// <param name="scene">The scene of an index.</param>
    public EqualCounts(ulong seed, int scenes, Func<long, ToyScene> scene)
    {
        _seed = seed;
        _counts = Enumerable.Range(0, scenes).Select(i => scene(i).Instances.Count).ToArray();
        _groups = Enumerable.Range(0, scenes).GroupBy(i => _counts[i]).ToDictionary(group => group.Key, group => group.Select(i => (long)i).ToArray());
    }

    /// <summary>The scenes' indices. A sample's scene depends on the step and the sample alone, so shares and resumed runs agree.</summary>
    /// <param name="step">Fixes the number of instances.</param>
    /// <param name="firstSample">Number of the first sample, counted over all steps.</param>
    /// <param name="count">Samples wanted.</param>
    public long[] Of(long step, long firstSample, int count)
    {
        long[] group = _groups[_counts[new ToyRandom(_seed ^ CountStream, (ulong)step).Below(_counts.Length)]];
        return Enumerable.Range(0, count).Select(i => group[new ToyRandom(_seed ^ SceneStream, (ulong)(firstSample + i)).Below(group.Length)]).ToArray();
    }
}
