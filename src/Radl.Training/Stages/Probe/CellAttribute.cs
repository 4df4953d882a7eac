using Radl.Toybox.World;

namespace Radl.Training.Stages.Probe;

/// <summary>Something that a cell's instance is or does, as one of a few classes.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Classes">Number of values.</param>
/// <param name="Of">The value for an instance of a scene, named by its index, or null where the question has no answer.</param>
internal sealed record CellAttribute(string Name, int Classes, Func<ToyScene, int, int?> Of)
{
    /// <summary>
    /// What the features are asked for. A direction follows from the verb, from who of the two is the subject, and from who stands left:
    /// no two of them tell anything about it, so each is asked for as well.
    /// </summary>
    public static IReadOnlyList<CellAttribute> All { get; } =
    [
        new("category", ToyAttributes.CategoryCount, (scene, i) => (int)scene.Instances[i].Category),
        new("color", ToyAttributes.ColorCount, (scene, i) => (int)scene.Instances[i].Color),
        new("pattern", ToyAttributes.PatternCount, (scene, i) => (int)scene.Instances[i].Pattern),
        new("tilt", 3, (scene, i) => (int)scene.Instances[i].Tilt + 1),
        new("direction", 2, (scene, i) => !ToyAttributes.IsDirected(scene.Instances[i].Category) ? null : scene.Instances[i].Flipped ? 1 : 0),
        new("verb", ToyAttributes.VerbCount + 1, (scene, i) => RelationOf(scene, i) is { } relation ? (int)relation.Verb : ToyAttributes.VerbCount),
        new("role", 3, (scene, i) => RelationOf(scene, i) is not { } relation ? 2 : relation.Subject == i ? 0 : 1),
        new("side", 2, (scene, i) => RelationOf(scene, i) is { } relation ? StandsLeft(scene, relation.Subject == i ? relation : new(i, relation.Verb, relation.Subject)) : null),
    ];

    private static ToyRelation? RelationOf(ToyScene scene, int instance)
    {
        foreach (ToyRelation relation in scene.Relations)
        {
            if (relation.Subject == instance || relation.Object == instance)
            {
                return relation;
            }
        }
        return null;
    }

    private static int StandsLeft(ToyScene scene, ToyRelation pair) => scene.Instances[pair.Subject].CentreX < scene.Instances[pair.Object].CentreX ? 0 : 1;
}
