using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Clip;

/// <summary>Scenes with one fact changed: their prompts are nearly right, and teach a CLIP to read every word.</summary>
public static class ToyMistakes
{
    private const int Kinds = 6;

    /// <summary>The scene with another colour, pattern, category, verb or background, or with the colours of two instances exchanged.</summary>
    /// <remarks>Only the prompt of the result has a meaning: a picture of it may put shapes where they do not fit.</remarks>
    public static ToyScene In(ToyScene scene, ref ToyRandom random)
    {
        ArgumentNullException.ThrowIfNull(scene);
        while (true)
        {
            int at = random.Below(scene.Instances.Count);
            ToyInstance instance = scene.Instances[at];
            switch (random.Below(Kinds))
            {
                case 0:
                    return With(scene, at, instance with { Color = (ToyColor)Other((int)instance.Color, ToyAttributes.ColorCount, ref random) });
                case 1:
                    return With(scene, at, instance with { Pattern = (ToyPattern)Other((int)instance.Pattern, ToyAttributes.PatternCount, ref random) });
                case 2:
                    return With(scene, at, instance with { Category = (ToyCategory)Other((int)instance.Category, ToyAttributes.CategoryCount, ref random) });
                case 3 when scene.Relations is [ToyRelation relation]:
                    return scene with { Relations = [relation with { Verb = (ToyVerb)Other((int)relation.Verb, ToyAttributes.VerbCount, ref random) }] };
                case 4 when scene.NamesBackground:
                    return scene with { Background = (ToyBackground)Other((int)scene.Background, ToyAttributes.BackgroundCount, ref random) };
                case 5 when scene.Instances.Count > 1 && scene.Instances[(at + 1) % scene.Instances.Count] is var next && next.Color != instance.Color:
                    return With(With(scene, at, instance with { Color = next.Color }), (at + 1) % scene.Instances.Count, next with { Color = instance.Color });
                default:
                    continue;
            }
        }
    }

    /// <summary>An instance's label with another colour, with another pattern and with another category.</summary>
    public static string[] Labels(ToyInstance instance, ref ToyRandom random)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return
        [
            (instance with { Color = (ToyColor)Other((int)instance.Color, ToyAttributes.ColorCount, ref random) }).Label,
            (instance with { Pattern = (ToyPattern)Other((int)instance.Pattern, ToyAttributes.PatternCount, ref random) }).Label,
            (instance with { Category = (ToyCategory)Other((int)instance.Category, ToyAttributes.CategoryCount, ref random) }).Label,
        ];
    }

    private static ToyScene With(ToyScene scene, int at, ToyInstance instance)
    {
        ToyInstance[] instances = [.. scene.Instances];
        instances[at] = instance;
        return scene with { Instances = instances };
    }

    private static int Other(int value, int count, ref ToyRandom random) => (value + 1 + random.Below(count - 1)) % count;
}
