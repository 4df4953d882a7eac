using Radl.Evaluation.Runs;

namespace Radl.Evaluation.Suites;

/// <summary>What is measured of a model, and at what size.</summary>
public sealed record ToyboxSuite
{
    /// <summary>The methods, in the order of the tables; the last one is what the paper proposes.</summary>
    public required IReadOnlyList<MethodChoice> Methods { get; init; }

    /// <summary>Scenes of each table.</summary>
    public int Scenes { get; init; } = 800;

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

    /// <summary>The studies of a suite.</summary>
    /// <param name="suite"><c>tables</c>.</param>
    /// <exception cref="ArgumentException">Another name.</exception>
    public IReadOnlyList<Study> Of(string suite) => suite switch
    {
        "tables" => Tables(),
        _ => throw new ArgumentException($"--suite: '{suite}' is not one of tables"),
    };

    /// <summary>The tables of the paper.</summary>
    public IReadOnlyList<Study> Tables()
    {
        SceneSet layouts = SceneSets.Layouts(Scenes, MinInstances, MaxInstances, Batch);
        IReadOnlyList<StudyRow> rows = MethodRows(layouts);
        return
        [
            new Study("position", "Toybox-Position", Scoring.Position, rows),
            new Study("mig", "Toybox-MIG", Scoring.Mig, rows),
        ];
    }

    private IReadOnlyList<StudyRow> MethodRows(SceneSet set) =>
    [
        new StudyRow("Drawn pictures", [new GenerationTask(set, Arm.Drawn)]) { Kind = RowKind.Ceiling },
        new StudyRow("Drawn, through the codec", [new GenerationTask(set, Arm.Codec)]) { Kind = RowKind.Ceiling },
        .. Methods.Select(method => new StudyRow(method.Title, TasksOf(set, method, Sampling))),
    ];

    private static IReadOnlyList<GenerationTask> TasksOf(SceneSet set, MethodChoice method, SamplingChoices sampling, string suffix = "") =>
        method.Adapters.Count == 0
            ? [new GenerationTask(set, new Arm(method.Name + suffix, PictureSource.Model) { Sampling = sampling })]
            : [.. method.Adapters.Select((adapter, seed) => new GenerationTask(
                set,
                new Arm(method.Name + (seed == 0 ? "" : FormattableString.Invariant($"-seed{seed + 1}")) + suffix, PictureSource.Model) { Adapter = adapter, Sampling = sampling }))];
}
