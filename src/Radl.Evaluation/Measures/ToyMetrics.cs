namespace Radl.Evaluation.Measures;

/// <summary>The figures that the detector gives.</summary>
public static class ToyMetrics
{
    /// <summary>R: pictures in which every instance is a success.</summary>
    public static Metric Pictures { get; } = Metric.Share("r", "R (all instances)", Complete) with { IsPlotted = true };

    /// <summary>Instances with IoU of at least .5 in the asked colour.</summary>
    public static Metric Success { get; } = Metric.Share("success", "Success", Successes) with { IsPlotted = true };

    /// <summary>Mean IoU over instances.</summary>
    public static Metric MeanIou { get; } = Metric.Share("miou", "mIoU", Ious) with { IsPlotted = true };

    /// <summary>Instances with the asked pattern; chance is a third.</summary>
    public static Metric Pattern { get; } = Metric.Share("pattern", "Pattern", scene => (scene.Detection.Instances.Count(i => i.PatternRight), scene.Detection.Instances.Count));

    /// <summary>Instances with the asked category; chance is a tenth.</summary>
    public static Metric Category { get; } = Metric.Share("category", "Category", scene => (scene.Detection.Instances.Count(i => i.CategoryRight), scene.Detection.Instances.Count));

    /// <summary>Relations whose two poses show exactly the asked verb; chance is a quarter.</summary>
    public static Metric Relation { get; } = Metric.Share("relation", "Relation", Relations) with { IsPlotted = true };

    /// <summary>Success of one group of scenes.</summary>
    public static Metric SuccessOf(string group, string title) => Metric.ShareOf("success_" + group, title, group, Successes);

    /// <summary>Mean IoU of one group of scenes.</summary>
    public static Metric MeanIouOf(string group, string title) => Metric.ShareOf("miou_" + group, title, group, Ious);

    /// <summary>Relations of one group of scenes.</summary>
    public static Metric RelationOf(string group, string title) =>
        Metric.ShareOf("relation_" + group.Replace(' ', '_'), title, group, Relations);

    private static (double Part, double Whole) Complete(SceneResult scene) => (scene.Detection.Instances.All(i => i.Success) ? 1 : 0, 1);

    private static (double Part, double Whole) Successes(SceneResult scene) => (scene.Detection.Instances.Count(i => i.Success), scene.Detection.Instances.Count);

    private static (double Part, double Whole) Ious(SceneResult scene) => (scene.Detection.Instances.Sum(i => (double)i.Iou), scene.Detection.Instances.Count);

    private static (double Part, double Whole) Relations(SceneResult scene) => (scene.Detection.Relations.Count(r => r.Right), scene.Detection.Relations.Count);
}
