namespace Radl.Evaluation.CocoMig;

/// <summary>COCO-MIG's figures of pictures with one number of instances, or of all.</summary>
/// <param name="Images">Pictures.</param>
/// <param name="Instances">Asked instances.</param>
/// <param name="ImageSuccess">Share of pictures in which every instance is a success.</param>
/// <param name="InstanceSuccess">Share of instances that are a success.</param>
/// <param name="MeanIou">Mean over instances.</param>
public sealed record MigFigures(int Images, int Instances, double ImageSuccess, double InstanceSuccess, double MeanIou)
{
    /// <summary>Figures of pictures; NaN where there are none.</summary>
    public static MigFigures Of(IReadOnlyCollection<IReadOnlyList<MigInstance>> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        int instances = images.Sum(i => i.Count);
        double Rate(double part, int whole) => whole == 0 ? double.NaN : part / whole;
        return new(
            images.Count,
            instances,
            Rate(images.Count(i => i.All(x => x.Success)), images.Count),
            Rate(images.Sum(i => i.Count(x => x.Success)), instances),
            Rate(images.Sum(i => i.Sum(x => x.Iou)), instances));
    }
}

/// <summary>COCO-MIG's figures over all pictures and by level, the number of instances that a picture asks for.</summary>
public sealed record MigReport(MigFigures All, IReadOnlyDictionary<int, MigFigures> ByCount)
{
    /// <summary>The report of pictures, each given by its instances.</summary>
    public static MigReport Of(IReadOnlyCollection<IReadOnlyList<MigInstance>> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new(
            MigFigures.Of(images),
            images.GroupBy(i => i.Count).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => MigFigures.Of([.. g])));
    }
}
