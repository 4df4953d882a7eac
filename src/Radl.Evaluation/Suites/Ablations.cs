using Radl.Diffusion.Models;
using Radl.Evaluation.Runs;
using Radl.Layout.Generation;

namespace Radl.Evaluation.Suites;

/// <summary>The variants of one method, each a row of the ablation table.</summary>
internal static class Ablations
{
    // Of the paper's 60 steps; with another number of steps in proportion.
    private const int PaperSteps = 60;
    // PNDM begins with Runge-Kutta steps, which need as many.
    private const int LeastSchedulerSteps = 4;
    private static readonly int[] ControlSteps = [10, 20, 30, 40, 60];
    private static readonly int[] SchedulerSteps = [10, 20, 30, 60];

    // Each needs a training of its own: the adapter's folder is the method's name with this ending.
    private static readonly (string Ending, string Label, RelationText Text)[] Trained =
    [
        ("no-enhancement", "without attribute enhancement", RelationText.Phrase),
        ("no-relation", "without relation attention", RelationText.Phrase),
        ("no-layout", "without layout attention", RelationText.Phrase),
        ("one-token", "one-token instance context", RelationText.Phrase),
        ("relation-outside", "relation added outside the softmax", RelationText.Phrase),
        ("roles", "trained with the verb between its two labels as relation text", RelationText.Roles),
        ("whole-prompt", "trained with the whole prompt as relation text", RelationText.Prompt),
    ];

    /// <summary>The rows: the method as it is, then what was trained otherwise, then what is only sampled otherwise.</summary>
    public static IEnumerable<StudyRow> Rows(SceneSet set, MethodChoice method, ModelFolder model, SamplingChoices usual)
    {
        yield return Row("as it is", "", usual);
        foreach ((string ending, string label, RelationText text) in Trained)
        {
            string name = $"{method.Name}-{ending}";
            IReadOnlyList<string> folders = MethodChoice.AdaptersOf(name, model);
            yield return folders.Count == 0
                ? StudyRow.NotTrained($"{method.Title}, {label}", name)
                : new StudyRow($"{method.Title}, {label}", new MethodChoice(name, label, folders).Tasks(set, usual with { RelationText = text }));
        }
        yield return Row("relation muted", "-muted", usual with { MutedRelation = true });
        yield return Row("relation text: the verb without its preposition", "-verb", usual with { RelationText = RelationText.Verb });
        yield return Row("relation text: the whole prompt", "-prompt", usual with { RelationText = RelationText.Prompt });
        foreach (int steps in InProportion(ControlSteps, usual, least: 1).Where(steps => steps != usual.ControlSteps))
        {
            yield return Row(
                FormattableString.Invariant($"control in {steps} of {usual.Steps} steps"), FormattableString.Invariant($"-control-{steps}"), usual with { ControlSteps = steps });
        }
        foreach (string scheduler in SolverNames.All)
        {
            foreach (int steps in InProportion(SchedulerSteps, usual, LeastSchedulerSteps).Where(steps => (scheduler, steps) != (usual.Scheduler, usual.Steps)))
            {
                yield return Row(
                    FormattableString.Invariant($"{scheduler}, {steps} steps"),
                    FormattableString.Invariant($"-{scheduler}-{steps}"),
                    usual with { Scheduler = scheduler, Steps = steps, ControlSteps = Math.Max(1, usual.ControlSteps * steps / usual.Steps) });
            }
        }

        static IEnumerable<int> InProportion(int[] steps, SamplingChoices usual, int least) =>
            steps.Select(n => Math.Max(least, n * usual.Steps / PaperSteps)).Distinct();

        StudyRow Row(string label, string suffix, SamplingChoices sampling) => new($"{method.Title}, {label}", method.Tasks(set, sampling, suffix));
    }
}
