namespace Radl.Evaluation.Runs;

/// <summary>A list of held-out scenes, cut into batches of consecutive ones.</summary>
/// <remarks>
/// A batch is always whole, also where <see cref="Count"/> ends within it: on some kernels a row's last bits depend on the number of
/// rows, so a picture may depend on its batch, and the batch must then not depend on anything else.
/// </remarks>
public sealed record SceneSet
{
    /// <summary>Name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>All that decides its scenes, for the fingerprint.</summary>
    public required string Definition { get; init; }

    /// <summary>Scenes that are measured.</summary>
    public required int Count { get; init; }

    /// <summary>Scenes of one batch.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>The scene at an index, from 0 on without end.</summary>
    public required Func<int, SceneRequest> At { get; init; }

    /// <summary>Number of batches.</summary>
    public int Batches => (Count + Batch - 1) / Batch;

    /// <summary>The scenes of a batch.</summary>
    public IReadOnlyList<SceneRequest> InBatch(int batch) => [.. Enumerable.Range(batch * Batch, Batch).Select(At)];

    /// <summary>How many scenes of a batch are measured.</summary>
    public int MeasuredIn(int batch) => Math.Min(Batch, Count - (batch * Batch));
}
