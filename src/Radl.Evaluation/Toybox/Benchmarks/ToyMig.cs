using Radl.Evaluation.CocoMig;
using Radl.Evaluation.Statistics;

namespace Radl.Evaluation.Toybox.Benchmarks;

/// <summary>
/// Toybox-MIG, after the paper's Table II with COCO-MIG's bookkeeping: the toy that overlaps the asked box most decides
/// place and colour. A wrong place keeps its overlap, a wrong colour gives none.
/// </summary>
/// <remarks>
/// COCO-MIG queries a detector by category and asks for a fifth of the pixels in the colour; here a toy is a region of
/// one hue, so a toy of two hues is found as two small ones. The variants by category look at toys of the asked category alone.
/// </remarks>
public static class ToyMig
{
    /// <summary>Instances in the right place and colour.</summary>
    public const string Success = "success";

    /// <summary>Mean over instances of the overlap that the bookkeeping leaves.</summary>
    public const string MeanIou = "miou";

    /// <summary>Scenes in which every instance is a success.</summary>
    public const string SceneSuccess = "scene_success";

    /// <summary>As <see cref="Success"/>, and the category must be right too.</summary>
    public const string SuccessByCategory = "success_by_category";

    /// <summary>As <see cref="MeanIou"/> of toys of the asked category.</summary>
    public const string MeanIouByCategory = "miou_by_category";

    /// <summary>As <see cref="SceneSuccess"/>, and every category must be right too.</summary>
    public const string SceneSuccessByCategory = "scene_success_by_category";

    /// <summary>The measures of one scene.</summary>
    public static SceneMeasures Score(ToySceneReading reading)
    {
        IReadOnlyList<MigInstance> any = Judge(reading, byCategory: false);
        IReadOnlyList<MigInstance> named = Judge(reading, byCategory: true);
        return new(any.Count, new Dictionary<string, SceneMeasure>(StringComparer.Ordinal)
        {
            [Success] = new(any.Count(i => i.Success), any.Count),
            [MeanIou] = new(any.Sum(i => i.Iou), any.Count),
            [SceneSuccess] = SceneMeasure.Of(any.All(i => i.Success)),
            [SuccessByCategory] = new(named.Count(i => i.Success), named.Count),
            [MeanIouByCategory] = new(named.Sum(i => i.Iou), named.Count),
            [SceneSuccessByCategory] = SceneMeasure.Of(named.All(i => i.Success)),
        });
    }

    /// <summary>COCO-MIG's report, over all scenes and by number of instances.</summary>
    public static MigReport Report(IEnumerable<ToySceneReading> readings, bool byCategory = false)
    {
        ArgumentNullException.ThrowIfNull(readings);
        return MigReport.Of([.. readings.Select(r => Judge(r, byCategory))]);
    }

    /// <summary>What became of each instance.</summary>
    /// <param name="reading">A picture.</param>
    /// <param name="byCategory">Whether only toys of the asked category count.</param>
    public static IReadOnlyList<MigInstance> Judge(ToySceneReading reading, bool byCategory = false)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return [.. reading.Scene.Instances.Select(asked =>
        {
            ToyFinding? best = reading.Found.Where(f => !byCategory || f.Category == asked.Category).MaxBy(f => f.Box.Iou(asked.Box));
            return MigInstance.Of(best?.Box.Iou(asked.Box) ?? 0, () => best!.Color == asked.Color);
        })];
    }
}
