using Radl.Layout.Methods;

namespace Radl.Layout.Generation;

/// <summary>Takes the maps of single steps out of sums that grow over the steps.</summary>
/// <param name="sums">Counts the steps that were added up.</param>
/// <param name="means">Reads the means over all of them.</param>
/// <param name="every">A frame at every so many steps, from the first on.</param>
internal sealed class HeatMapRecorder(LayoutAttentionMaps sums, Func<IReadOnlyList<SceneHeatMap>> means, int every)
{
    private readonly List<HeatMapFrame> _frames = [];
    private IReadOnlyList<SceneHeatMap> _before = [];
    private int _stepsBefore;

    public IReadOnlyList<HeatMapFrame> Frames => _frames;

    public void AfterStep(int step)
    {
        // Once the control is over, nothing is added any more.
        if (step % every != 0 || sums.Steps == _stepsBefore)
        {
            return;
        }
        (IReadOnlyList<SceneHeatMap> now, int steps) = (means(), sums.Steps);
        _frames.Add(new HeatMapFrame(step, _stepsBefore == 0 ? now : [.. now.Zip(_before, (map, old) => Since(map, steps, old))]));
        (_before, _stepsBefore) = (now, steps);
    }

    // mean(a+1..b) = (b mean(1..b) - a mean(1..a)) / (b - a); rounding may leave a hair below zero.
    private SceneHeatMap Since(SceneHeatMap map, int steps, SceneHeatMap old) => map with
    {
        Values = [.. map.Values.Zip(old.Values, (mean, before) => Math.Max(0, ((mean * steps) - (before * _stepsBefore)) / (steps - _stepsBefore)))],
    };
}
