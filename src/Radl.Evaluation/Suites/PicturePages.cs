using Radl.Diffusion.Imaging;
using Radl.Evaluation.Measures;
using Radl.Evaluation.Reports;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Toybox;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Evaluation.Suites;

/// <summary>Hits and misses, the same scene by every method side by side.</summary>
/// <param name="results">What the pictures showed.</param>
/// <param name="rows">The rows of a table; the last measured one decides what a hit is.</param>
internal sealed class PicturePages(SuiteResults results, IReadOnlyList<StudyRow> rows)
{
    private const int RowsOfPage = 4;

    private readonly StudyRow[] _rows = [.. rows.Where(row => row.Tasks.Count > 0 && row.Tasks[0].Arm.Source != PictureSource.Codec)];

    /// <summary>The pages; one that would be empty is left out.</summary>
    public IEnumerable<PictureTable> Pages()
    {
        if (_rows.LastOrDefault(row => row.Kind == RowKind.Measured) is not { } judged)
        {
            yield break;
        }
        IReadOnlyList<SceneResult> scenes = results.Of(judged.Tasks[0]).Scenes;
        (string Id, string Title, Func<SceneResult, bool> Is)[] pages =
        [
            ("hits", $"{judged.Label}: every instance in place, the relation right", scene => IsComplete(scene) && scene.Reading.Asked.Relations.Count > 0 && IsRelationRight(scene)),
            ("relation-misses", $"{judged.Label}: every instance in place, the relation wrong", scene => IsComplete(scene) && !IsRelationRight(scene)),
            ("misses", $"{judged.Label}: an instance not in place", scene => !IsComplete(scene)),
        ];
        foreach ((string id, string title, Func<SceneResult, bool> isIt) in pages)
        {
            int[] chosen = [.. scenes.Where(isIt).Select(scene => scene.Index).Take(RowsOfPage)];
            if (chosen.Length > 0)
            {
                yield return new PictureTable(id, title, [.. _rows.Select(row => row.Label)], [.. chosen.Select(Row)]);
            }
        }
    }

    /// <summary>One page for rows of several sets: the first scene of each set.</summary>
    /// <param name="id">Short name.</param>
    /// <param name="title">Its heading.</param>
    public PictureTable FirstOfEachSet(string id, string title)
    {
        IGrouping<string, StudyRow>[] sets = [.. _rows.GroupBy(row => row.Tasks[0].Set.Name, StringComparer.Ordinal)];
        return new PictureTable(
            id,
            title,
            [.. sets[0].Select(row => row.Method ?? row.Label)],
            [.. sets.Select(set => new PictureRow(FormattableString.Invariant($"{set.First().Tasks[0].Set.At(0).Scene.Instances.Count} instances"), [.. set.Select(row => Cell(row.Tasks[0], 0))]))]);
    }

    private static bool IsComplete(SceneResult scene) => scene.Reading.Asked.Instances.All(instance => instance.Success);

    private static bool IsRelationRight(SceneResult scene) => scene.Reading.Asked.Relations.All(relation => relation.Right);

    private PictureRow Row(int index)
    {
        string prompt = results.Of(_rows[0].Tasks[0]).Scenes[index].Request.Prompt;
        return new PictureRow(prompt, [.. _rows.Select(row => Cell(row.Tasks[0], index))]);
    }

    private PictureCell Cell(GenerationTask task, int index)
    {
        SceneResult scene = results.Of(task).Scenes[index];
        OverlayBox[] boxes = [.. scene.Request.Scene.Instances.Select(instance => BoxOf(instance.Box))];
        return new PictureCell(Overlay.Draw(results.Picture(task, index), boxes, thickness: 1), Verdict(scene.Reading.Asked));
    }

    private static OverlayBox BoxOf(ToyBox box) => new(box.X1, box.Y1, box.X2, box.Y2);

    private static string Verdict(ToySceneDetection found)
    {
        int count = found.Instances.Count;
        string text = FormattableString.Invariant(
            $"{found.Instances.Count(i => i.Success)} of {count} in place, {found.Instances.Count(i => i.CategoryRight)} categories, {found.Instances.Count(i => i.PatternRight)} patterns");
        return found.Relations.Count == 0 ? text : $"{text}; shows {(found.Relations[0].Shown is { } verb ? ToyVocabulary.Phrase(verb) : "no verb")}";
    }
}
