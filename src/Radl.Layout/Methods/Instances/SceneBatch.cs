using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>Which rows of the U-Net's batch belong to which scene, and which instances to which scene.</summary>
/// <remarks>Rows are [unconditional rows, scenes]. Only scenes with instances are active; all counting below them is among active scenes.</remarks>
internal sealed class SceneBatch : IDisposable
{
    private readonly OwnedTensors _owned = new();
    private readonly Tensor? _activeRows;
    private readonly Tensor? _resultRows;

    public SceneBatch(LayoutConditions conditions, InstanceConfig config, int unconditionalRows)
    {
        Unconditional = unconditionalRows;
        Scenes = conditions.Scenes;
        var active = new List<int>();
        var first = new List<int>();
        var sceneOfInstance = new List<int>();
        for (int b = 0, s = 0; b < Scenes; b++)
        {
            if (conditions.Counts[b] == 0)
            {
                continue;
            }
            first.Add(s);
            for (int k = 0; k < conditions.Counts[b]; k++, s++)
            {
                sceneOfInstance.Add(active.Count);
            }
            active.Add(b);
        }
        ActiveScenes = [.. active];
        FirstInstance = [.. first];
        SceneOfInstance = [.. sceneOfInstance];
        RelationPhase? relation = config.RelationPhase;
        Muted = [.. active.Select(b => relation is null || relation.IsMuted || (relation.NeedsVerbs && conditions.HasVerbs is { } verbs && !verbs[b]))];
        if (!AllActive && Active > 0)
        {
            Device device = conditions.Prompts.Device;
            _activeRows = Index(Enumerable.Range(0, Active).Select(RowOf), device);
            // A row's result is its own prompt attention, or the fused one that stands behind all rows.
            _resultRows = Index(Enumerable.Range(0, Rows).Select(row => Array.IndexOf(ActiveScenes, row - Unconditional) is var a and >= 0 ? (long)Rows + a : row), device);
        }
    }

    /// <summary>Rows in front that take the negative text.</summary>
    public int Unconditional { get; }

    /// <summary>Scenes, active or not.</summary>
    public int Scenes { get; }

    /// <summary>All rows of the U-Net's batch.</summary>
    public int Rows => Unconditional + Scenes;

    /// <summary>Scenes with instances.</summary>
    public int[] ActiveScenes { get; }

    /// <summary>First instance of each active scene.</summary>
    public int[] FirstInstance { get; }

    /// <summary>Active scene of each instance.</summary>
    public int[] SceneOfInstance { get; }

    /// <summary>Active scenes whose relation phase is silent.</summary>
    public bool[] Muted { get; }

    /// <summary>Number of active scenes.</summary>
    public int Active => ActiveScenes.Length;

    /// <summary>Number of instances in all scenes.</summary>
    public int Instances => SceneOfInstance.Length;

    /// <summary>Whether every scene has instances.</summary>
    public bool AllActive => Active == Scenes;

    /// <summary>Instances of an active scene.</summary>
    public int CountOf(int active) => (active + 1 < Active ? FirstInstance[active + 1] : Instances) - FirstInstance[active];

    /// <summary>Row of an active scene in the U-Net's batch.</summary>
    public long RowOf(int active) => Unconditional + ActiveScenes[active];

    /// <summary>The rows of the active scenes, of a tensor with all rows.</summary>
    public Tensor ActiveRows(Tensor rows) =>
        _activeRows is not null ? rows.IndexSelect(0, _activeRows)
        : Unconditional == 0 ? rows
        : rows.Narrow(0, Unconditional, Scenes);

    /// <summary>All rows: the active scenes' from <paramref name="fused"/>, the others as they are.</summary>
    public Tensor Assemble(Tensor prompts, Tensor fused)
    {
        if (_resultRows is not null)
        {
            return Tensor.Cat([prompts, fused], 0).IndexSelect(0, _resultRows);
        }
        return Unconditional == 0 ? fused : Tensor.Cat([prompts.Narrow(0, 0, Unconditional), fused], 0);
    }

    /// <summary>The text of every row: the negative prompt for the unconditional ones, then the scenes' prompts.</summary>
    public Tensor RowTexts(LayoutConditions conditions)
    {
        if (Unconditional == 0)
        {
            return conditions.Prompts;
        }
        Tensor negative = conditions.Negative!;
        return Tensor.Cat([negative.Size(0) == Unconditional ? negative : negative.Expand(Unconditional, -1, -1), conditions.Prompts], 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private Tensor Index(IEnumerable<long> rows, Device device)
    {
        using var scope = TensorScope.Enter();
        return _owned.Add(Tensor.From(rows.ToArray()).To(device));
    }
}
