using Radl.Diffusion.Models;
using Radl.Evaluation.Runs;

namespace Radl.Evaluation.Suites;

/// <summary>The same pairs with their verb in the prompt, or listed without it, so that a relation text alone can tell it.</summary>
/// <param name="model">Where trained variants are looked for.</param>
/// <param name="said">Pairs whose prompt says the verb.</param>
/// <param name="listed">The same pairs, only listed.</param>
/// <param name="usual">How pictures are made.</param>
internal sealed class VerbStudy(ModelFolder model, SceneSet said, SceneSet listed, SamplingChoices usual)
{
    // Trained with prompts that leave out the verb in half of the scenes: the adapter's folder is the method's name with this ending.
    private const string Verbless = "verbless";

    /// <summary>Every method as it is, then what was trained with verbless prompts.</summary>
    /// <param name="ceilings">The first rows.</param>
    /// <param name="methods">The methods, in the order of the tables.</param>
    /// <param name="proposed">The one of them that has a relation text.</param>
    public Study Of(IEnumerable<StudyRow> ceilings, IReadOnlyList<MethodChoice> methods, MethodChoice proposed)
    {
        MethodChoice[] ordered = [.. methods.Where(method => method.Name != proposed.Name), .. methods.Where(method => method.Name == proposed.Name)];
        StudyRow[][] usualRows = [.. ordered.Select(method => Told(method, method.Title))];
        StudyRow[][] verblessRows = [.. ordered.Where(method => method.Adapters.Count > 0).Select(method => Trained(method, Verbless, "trained with verbless prompts", RelationText.Phrase))];
        StudyRow[] roleRows = Trained(proposed, Verbless + "-roles", "trained with verbless prompts and the labels in the relation text", RelationText.Roles);
        var untold = new StudyRow($"{proposed.Title}, pair only listed, no relation text", proposed.Tasks(listed, usual with { RelationText = RelationText.Empty }, "-empty"));
        return new Study(
            "verbs", "Who is told the verb", Scoring.Relations, [.. ceilings, .. usualRows.SelectMany(rows => rows), untold, .. verblessRows.SelectMany(rows => rows), .. roleRows])
        {
            Notes =
            [
                "Pairs with any verb. A prompt that only lists the two, as the released code of RaDL and MIGC makes them, leaves the verb to the relation text. Verbless prompts in training: half of the scenes were listed, all else was as usual.",
            ],
            Compared = [.. OfLast(usualRows), .. OfLast(verblessRows), .. Both(roleRows, verblessRows[^1]), .. Both(verblessRows[^1], usualRows[^1])],
        };
    }

    private static IEnumerable<(StudyRow, StudyRow)> OfLast(StudyRow[][] methods) => methods.SkipLast(1).Reverse().SelectMany(other => Both(methods[^1], other));

    private static IEnumerable<(StudyRow, StudyRow)> Both(StudyRow[] ones, StudyRow[] others) => ones.Zip(others).Where(pair => pair.First.Tasks.Count > 0 && pair.Second.Tasks.Count > 0);

    private StudyRow[] Trained(MethodChoice method, string ending, string label, RelationText text)
    {
        string name = $"{method.Name}-{ending}";
        string title = $"{method.Title}, {label}";
        IReadOnlyList<string> folders = MethodChoice.AdaptersOf(name, model);
        return folders.Count > 0
            ? Told(new MethodChoice(name, title, folders) { ControlSteps = method.ControlSteps }, title, text)
            : [StudyRow.NotTrained(title, name)];
    }

    private StudyRow[] Told(MethodChoice method, string title, RelationText text = RelationText.Phrase)
    {
        SamplingChoices sampling = usual with { RelationText = text };
        return [new StudyRow($"{title}, verb in the prompt", method.Tasks(said, sampling)), new StudyRow($"{title}, pair only listed", method.Tasks(listed, sampling))];
    }
}
