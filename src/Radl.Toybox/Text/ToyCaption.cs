using System.Text;
using Radl.Toybox.World;

namespace Radl.Toybox.Text;

/// <summary>
/// The caption grammar: <c>label [verb label], label, …[, on a BACKGROUND background]</c> with
/// <c>label = a|an COLOUR PATTERN CATEGORY</c>.
/// </summary>
public static class ToyCaption
{
    /// <summary>Every label that an instance can have, once each.</summary>
    public static IReadOnlyList<string> AllLabels { get; } =
    [
        .. from category in Enum.GetValues<ToyCategory>()
           from color in Enum.GetValues<ToyColor>()
           from pattern in Enum.GetValues<ToyPattern>()
           select Label(new ToyInstance { Category = category, Color = color, Pattern = pattern, CentreX = .5f, CentreY = .5f, HalfSize = .2f }),
    ];

    /// <summary>The words of one instance, such as <c>an orange dotted cat</c>.</summary>
    public static string Label(ToyInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        string article = instance.Color == ToyColor.Orange ? "an" : "a";
        return $"{article} {ToyVocabulary.Word(instance.Color)} {ToyVocabulary.Word(instance.Pattern)} {ToyVocabulary.Word(instance.Category)}";
    }

    /// <summary>The scene's relation with its two labels, such as <c>a red striped fish chasing a blue solid car</c>; empty without one.</summary>
    public static string Relation(ToyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return scene.Relations.Count == 0
            ? ""
            : $"{Label(scene.Instances[scene.Relations[0].Subject])} {ToyVocabulary.Phrase(scene.Relations[0].Verb)} {Label(scene.Instances[scene.Relations[0].Object])}";
    }

    /// <summary>The words of a whole scene.</summary>
    /// <exception cref="ArgumentException">A relation's object does not directly follow its subject.</exception>
    public static string Prompt(ToyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        foreach (ToyRelation relation in scene.Relations)
        {
            if (relation.Object != relation.Subject + 1 || relation.Subject < 0 || relation.Object >= scene.Instances.Count)
            {
                throw new ArgumentException(
                    $"scene.Relations: object {relation.Object} must directly follow subject {relation.Subject} among {scene.Instances.Count} instances", nameof(scene));
            }
        }

        var text = new StringBuilder();
        for (int i = 0; i < scene.Instances.Count; i++)
        {
            if (i > 0)
            {
                text.Append(Joint(scene, i));
            }

            text.Append(Label(scene.Instances[i]));
        }

        if (scene.NamesBackground)
        {
            text.Append(text.Length > 0 ? ", on a " : "on a ").Append(ToyVocabulary.Word(scene.Background)).Append(" background");
        }

        return text.ToString();
    }

    /// <summary>The scene's words without its verb: what is there, in the same order, but not who does what to whom.</summary>
    /// <inheritdoc cref="Prompt"/>
    public static string Listing(ToyScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Prompt(scene with { Relations = [] });
    }

    private static string Joint(ToyScene scene, int obj)
    {
        foreach (ToyRelation relation in scene.Relations)
        {
            if (relation.Object == obj)
            {
                return $" {ToyVocabulary.Phrase(relation.Verb)} ";
            }
        }

        return ", ";
    }
}
