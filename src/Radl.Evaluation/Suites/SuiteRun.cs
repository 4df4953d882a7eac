using Radl.Evaluation.Clip;
using Radl.Evaluation.Measures;
using Radl.Evaluation.Runs;

namespace Radl.Evaluation.Suites;

/// <summary>Makes and measures the pictures of several studies; a picture that several of them need is made once.</summary>
/// <param name="studio">Makes the pictures.</param>
/// <param name="root">Folder of the evaluation.</param>
/// <param name="time">The clock.</param>
public sealed class SuiteRun(PictureStudio studio, string root, TimeProvider time)
{
    /// <summary>This process' share of the pictures.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Threads that each make batches of their own.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Scores the pictures of the table Position too, or null.</summary>
    public ToyClipScores? Clip { get; init; }

    /// <summary>Throws away pictures that were made in another way.</summary>
    public bool Restart { get; init; }

    /// <summary>Told after every batch, on any thread, or null.</summary>
    public IProgress<RunProgress>? Progress { get; init; }

    /// <summary>Makes what is missing and measures everything.</summary>
    /// <returns>The results, or null while batches of other shards are missing.</returns>
    /// <exception cref="ArgumentException">A folder holds pictures that were made in another way.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; finished batches stay.</exception>
    public SuiteResults? Run(IReadOnlyList<Study> studies, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(studies);
        GenerationTask[] wanted = [.. studies.SelectMany(study => study.Rows).SelectMany(row => row.Tasks)];
        // The largest set of a name holds the scenes of the smaller ones.
        GenerationTask[] tasks = [.. wanted.GroupBy(SuiteResults.KeyOf).Select(group => group.MaxBy(task => task.Set.Count)!)];
        var run = new GenerationRun(studio, root, time) { Shard = Shard, Workers = Workers, Restart = Restart, Progress = Progress };
        IReadOnlyList<BatchStore> stores = run.Generate(tasks, cancellation);
        if (stores.Any(store => !store.IsComplete()))
        {
            return null;
        }
        var scored = studies.Where(study => study.Scoring == Scoring.Position).SelectMany(study => study.Rows).SelectMany(row => row.Tasks).Select(SuiteResults.KeyOf).ToHashSet();
        var arms = new Dictionary<(string Set, string Arm), (BatchStore Store, ArmResults Results)>();
        foreach ((GenerationTask task, BatchStore store) in tasks.Zip(stores))
        {
            ArmResults results = ArmResults.Measure(store, task, scored.Contains(SuiteResults.KeyOf(task)) ? Clip : null, Workers, cancellation);
            SceneLines.Write(Path.Combine(store.Folder, "scenes.jsonl"), results);
            arms.Add(SuiteResults.KeyOf(task), (store, results));
        }
        return new SuiteResults(arms);
    }
}
