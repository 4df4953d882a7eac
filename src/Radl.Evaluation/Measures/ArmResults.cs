using Radl.Evaluation.Clip;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Statistics;
using Radl.Evaluation.Toybox.Benchmarks;

namespace Radl.Evaluation.Measures;

/// <summary>What was found in one picture.</summary>
/// <param name="Index">Of the scene in its set.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Reading">What the detector reads.</param>
/// <param name="Measures">What the scene adds to each figure, by the names of <see cref="MeasureNames"/>; absent where it says nothing.</param>
public sealed record SceneResult(int Index, SceneRequest Request, ToySceneReading Reading, IReadOnlyDictionary<string, SceneMeasure> Measures)
{
    /// <summary>Features of the picture by the small CLIP, or null.</summary>
    public float[]? Features { get; init; }
}

/// <summary>All pictures of one arm on one set, measured.</summary>
public sealed record ArmResults
{
    /// <summary>Who made the pictures.</summary>
    public required Arm Arm { get; init; }

    /// <summary>The scenes.</summary>
    public required IReadOnlyList<SceneResult> Scenes { get; init; }

    /// <summary>Seconds that making the pictures took, one after the other.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of one denoising step of a batch, median over the batches; 0 where nothing was denoised.</summary>
    public required double SecondsPerStep { get; init; }

    /// <summary>Largest resident memory of the process while the pictures were made, in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>When the last picture was made.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>The same of the first scenes alone.</summary>
    public ArmResults First(int scenes) => scenes == Scenes.Count ? this : this with { Scenes = [.. Scenes.Take(scenes)] };

    /// <summary>Reads all pictures of a store and measures them.</summary>
    /// <param name="store">The pictures.</param>
    /// <param name="task">Whose they are.</param>
    /// <param name="clip">Scores them too, or null.</param>
    /// <param name="workers">Batches that the detector reads side by side; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <exception cref="InvalidDataException">A file is broken.</exception>
    public static ArmResults Measure(BatchStore store, GenerationTask task, ToyClipScores? clip, int workers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(task);
        SceneSet set = task.Set;
        var scenes = new SceneResult[set.Count];
        var records = new BatchRecord[set.Batches];
        var pictures = new (byte[] Pixels, int Side)[clip is null ? 0 : set.Batches]; // kept for the CLIP, which takes one batch at a time: 40 MB for 800 scenes
        Parallel.For(0, set.Batches, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation }, batch =>
        {
            (byte[] pixels, int side, records[batch]) = store.Read(batch);
            for (int i = 0; i < set.MeasuredIn(batch); i++)
            {
                int index = (batch * set.Batch) + i;
                scenes[index] = SceneMeasuring.Read(index, set.At(index), pixels, i, side);
            }
            if (clip is not null)
            {
                pictures[batch] = (pixels, side);
            }
        });
        for (int batch = 0; batch < set.Batches && clip is not null; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            (byte[] pixels, int side) = pictures[batch];
            SceneMeasuring.AddClip(clip, scenes.AsSpan(batch * set.Batch, set.MeasuredIn(batch)), pixels, side);
        }
        double[] steps = [.. records.Select(record => record.SecondsPerStep).Order()];
        return new ArmResults
        {
            Arm = task.Arm,
            Scenes = scenes,
            Seconds = records.Sum(record => record.Seconds),
            SecondsPerStep = steps[steps.Length / 2],
            Memory = records.Max(record => record.Memory),
            Finished = records.Max(record => record.Finished),
        };
    }
}
