using System.Globalization;
using Radl.Layout.Generation;
using Radl.Toybox.Text;

namespace Radl.Evaluation.Runs;

/// <summary>What the relation branch is told.</summary>
public enum RelationText
{
    /// <summary>The verb with its preposition, such as <c>fleeing from</c>: what the adapter is trained with.</summary>
    Phrase,

    /// <summary>The verb alone, such as <c>fleeing</c>.</summary>
    Verb,

    /// <summary>The preposition alone, such as <c>from</c>; empty where the phrase has none.</summary>
    Preposition,

    /// <summary>The verb between its two labels, such as <c>a red striped fish chasing a blue solid car</c>.</summary>
    Roles,

    /// <summary>The whole prompt, whether or not it has a verb.</summary>
    Prompt,

    /// <summary>Nothing.</summary>
    Empty,
}

/// <summary>How pictures are made; the same scene, model and choices give the same picture.</summary>
public sealed record SamplingChoices
{
    /// <summary>Denoising steps.</summary>
    public int Steps { get; init; } = 60;

    /// <summary>Of these, the first ones that are controlled.</summary>
    public int ControlSteps { get; init; } = 30;

    /// <summary>Classifier-free guidance.</summary>
    public double Guidance { get; init; } = 7.5;

    /// <summary>Solver, by its <see cref="SolverNames">name</see>.</summary>
    public string Scheduler { get; init; } = "euler";

    /// <summary>What the relation branch is told.</summary>
    public RelationText RelationText { get; init; }

    /// <summary>Whether the relation branch is silent.</summary>
    public bool MutedRelation { get; init; }

    /// <summary>Checks ranges and names.</summary>
    /// <exception cref="ArgumentException">A choice is out of range; the text names it as the command line does.</exception>
    public void Check() => new GenerationSettings { Steps = Steps, ControlSteps = ControlSteps, Guidance = Guidance, Scheduler = Scheduler }.Validate();

    /// <summary>The relation text of a scene; empty where it has no verb, unless the text is the whole prompt.</summary>
    public string RelationOf(SceneRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (RelationText == RelationText.Prompt)
        {
            return request.Prompt;
        }
        if (RelationText == RelationText.Empty || request.Scene.Relations.Count == 0)
        {
            return "";
        }
        string phrase = ToyVocabulary.Phrase(request.Scene.Relations[0].Verb);
        int blank = phrase.IndexOf(' ', StringComparison.Ordinal);
        return RelationText switch
        {
            RelationText.Phrase => phrase,
            RelationText.Verb => blank < 0 ? phrase : phrase[..blank],
            RelationText.Roles => ToyCaption.Relation(request.Scene),
            RelationText.Preposition => blank < 0 ? "" : phrase[(blank + 1)..],
            _ => throw new InvalidOperationException($"{RelationText} is no relation text"),
        };
    }

    internal IEnumerable<KeyValuePair<string, string>> Describe() =>
    [
        new("steps", Steps.ToString(CultureInfo.InvariantCulture)),
        new("control steps", ControlSteps.ToString(CultureInfo.InvariantCulture)),
        new("guidance", Guidance.ToString("R", CultureInfo.InvariantCulture)),
        new("scheduler", Scheduler),
        new("relation text", RelationText.ToString().ToLowerInvariant()),
        new("relation", MutedRelation ? "muted" : "on"),
    ];
}
