using Radl.Diffusion.Models;
using Radl.Evaluation.Runs;

namespace Radl.Evaluation.Suites;

/// <summary>What is measured of a model, and at what size.</summary>
public sealed record ToyboxSuite
{
    /// <summary>Names of the suites; <c>all</c> is every one of them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["tables", "ablations", "open", "verbs", "all"];

    private static readonly int[] CrowdCounts = [6, 8, 10, 15, 20];

    /// <summary>The model folder.</summary>
    public required ModelFolder Model { get; init; }

    /// <summary>The methods, in the order of the tables; the last one is what the paper proposes.</summary>
    public required IReadOnlyList<MethodChoice> Methods { get; init; }

    /// <summary>Scenes of the tables Position and MIG, which show the same ones.</summary>
    public int Scenes { get; init; } = 800;

    /// <summary>Scenes of the table Draw.</summary>
    public int DrawScenes { get; init; } = 801;

    /// <summary>Scenes of each variant among the ablations and open questions.</summary>
    public int VariantScenes { get; init; } = 200;

    /// <summary>Scenes of each number of instances among the crowds.</summary>
    public int CrowdScenes { get; init; } = 40;

    /// <summary>Fewest instances of a scene.</summary>
    public int MinInstances { get; init; } = 2;

    /// <summary>Most instances of a scene.</summary>
    public int MaxInstances { get; init; } = 6;

    /// <summary>Scenes of one batch.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>How pictures are made where a variant says nothing else.</summary>
    public SamplingChoices Sampling { get; init; } = new();

    /// <summary>The scenes of the tables Position and MIG.</summary>
    public SceneSet Layouts => SceneSets.Layouts(Scenes, MinInstances, MaxInstances, Batch);

    /// <summary>The studies of a suite.</summary>
    /// <param name="suite">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">Another name, or a suite that needs an adapter where there is none.</exception>
    public IReadOnlyList<Study> Of(string suite) => suite switch
    {
        "tables" => Tables(),
        "ablations" => [AblationTable()],
        "open" => [.. OpenQuestions()],
        "verbs" => [VerbTable()],
        "all" => [.. Tables(), AblationTable(), .. OpenQuestions(), VerbTable()],
        _ => throw new ArgumentException($"--suite: '{suite}' is not one of {string.Join(", ", Names)}"),
    };

    private IReadOnlyList<Study> Tables()
    {
        IReadOnlyList<StudyRow> rows = MethodRows(Layouts);
        return
        [
            new Study("position", "Toybox-Position", Scoring.Position, rows)
            {
                Notes =
                [
                    "R: pictures in which every instance has an IoU of at least .5 in its colour. AP: COCO's, over all toys that the detector finds, each with its own confidence; colour, pattern and category must be right. "
                    + "CLIP, local CLIP and the features of FID come from a small CLIP that was trained on Toybox by this program: they compare rows of this table and nothing else. FID is against the drawn pictures of the same scenes.",
                ],
            },
            new Study("mig", "Toybox-MIG", Scoring.Mig, rows)
            {
                Notes = ["COCO-MIG's bookkeeping: the toy that overlaps the asked box most decides; a wrong place keeps its overlap, a wrong colour gives none. The same pictures as Toybox-Position."],
            },
            new Study("draw", "Toybox-Draw", Scoring.Draw, MethodRows(SceneSets.Draw(DrawScenes, Batch)))
            {
                Notes =
                [
                    "A third of the scenes each. Attribute: every asked colour inside its box. Quantity: as many toys as the prompt lists. Relation: strict, the poses show exactly the verb (chance 25 %); "
                    + "in thirds, subject there, object there, verb right; named, strict and both in place with their category.",
                ],
            },
        ];
    }

    private Study AblationTable() => new(
        "ablations", "Ablations", Scoring.Variants, [.. Ceilings(SmallLayouts), .. Ablations.Rows(SmallLayouts, Proposed(), Model, Sampling)])
    {
        Notes =
        [
            $"The first {SmallLayouts.Count} scenes of the tables. Variants that were trained differ from the first row by one choice, with the same data, steps and seed; the others are the same adapter sampled otherwise.",
        ],
    };

    private IEnumerable<Study> OpenQuestions()
    {
        MethodChoice proposed = Proposed();
        yield return new Study("crowds", "Crowds", Scoring.Crowds,
        [
            .. CrowdRows(Methods, Sampling),
            .. from ceiling in (IEnumerable<(string Label, Arm Arm)>)[("Drawn", Arm.Drawn), ("Drawn through the codec", Arm.Codec)]
               from count in CrowdCounts
               let set = SceneSets.Crowds(count, CrowdScenes)
               select new StudyRow(FormattableString.Invariant($"{ceiling.Label}, {count} instances"), [new GenerationTask(set, ceiling.Arm)]) { Kind = RowKind.Ceiling, Method = ceiling.Label },
        ])
        {
            Notes =
            [
                "Nothing was trained with more than six instances. The prompt ends where the text encoder does, at 40 tokens, which is about seven instances; the labels of all instances still reach the adapter.",
                "Beyond eight instances colours repeat. Time is of one step of a batch of four by one worker, mean over steps with and without control, so it also tells how busy the machine was; memory is the largest resident memory of the process, weights included, in the order in which the rows were drawn.",
            ],
        };
        string all = FormattableString.Invariant($"-control-{Sampling.Steps}");
        IEnumerable<MethodChoice> adapters = Methods.Where(method => method.Adapters.Count > 0).Select(method => method with { ControlSteps = null });
        yield return new Study("crowds-controlled", "Crowds, control in all steps", Scoring.Crowds, [.. CrowdRows(adapters, Sampling with { ControlSteps = Sampling.Steps }, all)])
        {
            Notes = ["The same scenes and noise; no step is left to the prompt alone."],
        };
        yield return new Study("prepositions", "Prepositions for verbs", Scoring.Relations, [.. PrepositionRows(proposed)])
        {
            Notes =
            [
                "Pairs that flee from or lean against each other: the verb phrases whose preposition the model knows as a word. Other prepositions (beside, left of, behind) are no words of this world: they are spelled in bytes and mean nothing to the model, so they are not measured.",
            ],
        };
    }

    private Study VerbTable()
    {
        SceneSet said = SceneSets.Pairs(VariantScenes, isVerbSaid: true, Batch);
        return new VerbStudy(Model, said, SceneSets.Pairs(VariantScenes, isVerbSaid: false, Batch), Sampling).Of(Ceilings(said), Methods, Proposed());
    }

    private IEnumerable<StudyRow> CrowdRows(IEnumerable<MethodChoice> methods, SamplingChoices sampling, string suffix = "") =>
        from method in methods
        from count in CrowdCounts
        let set = SceneSets.Crowds(count, CrowdScenes)
        select new StudyRow(FormattableString.Invariant($"{method.Title}, {count} instances"), method.Tasks(set, sampling, suffix)) { Method = method.Title };

    private IEnumerable<StudyRow> PrepositionRows(MethodChoice proposed)
    {
        SceneSet phrases = SceneSets.Prepositions(VariantScenes, isVerbSaid: true, Batch);
        SceneSet prepositions = SceneSets.Prepositions(VariantScenes, isVerbSaid: false, Batch);
        foreach (StudyRow row in Ceilings(phrases))
        {
            yield return row;
        }
        foreach (MethodChoice method in Methods.Where(method => method.Name != proposed.Name))
        {
            yield return new StudyRow($"{method.Title}, prompt with the verb", method.Tasks(phrases, Sampling));
            yield return new StudyRow($"{method.Title}, prompt with the preposition alone", method.Tasks(prepositions, Sampling));
        }
        yield return new StudyRow($"{proposed.Title}, prompt and relation text with the verb", proposed.Tasks(phrases, Sampling));
        (RelationText Text, string Label, string Suffix)[] texts =
        [
            (RelationText.Empty, "no relation text", "-empty"),
            (RelationText.Preposition, "the preposition as relation text", "-preposition"),
            (RelationText.Prompt, "the whole prompt as relation text", "-prompt"),
        ];
        foreach ((RelationText text, string label, string suffix) in texts)
        {
            yield return new StudyRow(
                $"{proposed.Title}, prompt with the preposition alone, {label}", proposed.Tasks(prepositions, Sampling with { RelationText = text }, suffix));
        }
    }

    private SceneSet SmallLayouts => SceneSets.Layouts(Math.Min(VariantScenes, Scenes), MinInstances, MaxInstances, Batch);

    // What varies the controlled steps says how many.
    private MethodChoice Proposed() => Methods.LastOrDefault(method => method.Adapters.Count > 0) is { } last ? last with { ControlSteps = null }
        : throw new ArgumentException("--suite: ablations and open questions vary a method with an adapter; --methods names none");

    private IReadOnlyList<StudyRow> MethodRows(SceneSet set) => [.. Ceilings(set), .. Methods.Select(method => new StudyRow(method.Title, method.Tasks(set, Sampling)))];

    private static IEnumerable<StudyRow> Ceilings(SceneSet set) =>
    [
        new StudyRow("Drawn pictures", [new GenerationTask(set, Arm.Drawn)]) { Kind = RowKind.Ceiling },
        new StudyRow("Drawn, through the codec", [new GenerationTask(set, Arm.Codec)]) { Kind = RowKind.Ceiling },
    ];
}
