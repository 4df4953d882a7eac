using System.Runtime.ExceptionServices;
using Radl.Layout.Methods;
using Radl.Torch;

namespace Radl.Evaluation.Runs;

/// <summary>How far a run is.</summary>
/// <param name="What">Set and arm in the works.</param>
/// <param name="Done">Pictures made by this process.</param>
/// <param name="Total">Pictures that this process has to make.</param>
/// <param name="Elapsed">Time since the start.</param>
public readonly record struct RunProgress(string What, int Done, int Total, TimeSpan Elapsed)
{
    /// <summary>Time left at the pace so far.</summary>
    public TimeSpan Left => Done == 0 ? TimeSpan.Zero : Elapsed / Done * (Total - Done);
}

/// <summary>The pictures of one arm on one set.</summary>
public sealed record GenerationTask(SceneSet Set, Arm Arm);

/// <summary>Makes all missing pictures of several tasks. A stop loses at most the batches in the works; another run takes up the rest.</summary>
/// <param name="studio">Makes the pictures.</param>
/// <param name="root">Folder of the evaluation.</param>
/// <param name="time">The clock.</param>
public sealed class GenerationRun(PictureStudio studio, string root, TimeProvider time)
{
    private int _done;
    private int _total;
    private long _start;

    /// <summary>This process' share of the batches.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>Threads that each draw batches of their own with one-threaded ops: on a CPU twice as fast as one batch with as many threads.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Throws away pictures that were made in another way.</summary>
    public bool Restart { get; init; }

    /// <summary>Told after every batch, on any thread, or null.</summary>
    public IProgress<RunProgress>? Progress { get; init; }

    /// <summary>Makes what is missing.</summary>
    /// <returns>The stores of all tasks, in order; of another shard's batches some may still be missing.</returns>
    /// <exception cref="ArgumentException">A folder holds pictures that were made in another way.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; finished batches stay.</exception>
    public IReadOnlyList<BatchStore> Generate(IReadOnlyList<GenerationTask> tasks, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        int threads = TorchRuntime.Threads;
        try
        {
            TorchRuntime.Threads = Workers > 1 ? 1 : threads;
            // All folders are checked before the first picture is made.
            BatchStore[] stores = [.. tasks.Select(task =>
                BatchStore.Open(root, task.Set, task.Arm, studio.FingerprintOf(task.Set, task.Arm, TorchRuntime.Threads), Restart))];
            int[][] missing = [.. tasks.Select((task, i) => Enumerable.Range(0, task.Set.Batches).Where(batch => Shard.Has(batch) && !stores[i].Has(batch)).ToArray())];
            (_done, _total, _start) = (0, tasks.Zip(missing, (task, batches) => task.Set.Batch * batches.Length).Sum(), time.GetTimestamp());
            for (int i = 0; i < tasks.Count; i++)
            {
                if (missing[i].Length > 0)
                {
                    Generate(tasks[i], stores[i], missing[i], cancellation);
                }
            }
            return stores;
        }
        finally
        {
            TorchRuntime.Threads = threads;
        }
    }

    private void Generate(GenerationTask task, BatchStore store, int[] batches, CancellationToken cancellation)
    {
        using LayoutMethod? method = studio.OpenMethod(task.Arm);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        int next = -1;
        Exception? failure = null;
        Thread[] others = [.. Enumerable.Range(1, Math.Min(Workers, batches.Length) - 1).Select(worker => new Thread(() =>
        {
            // OpenMP keeps its team size per calling thread.
            TorchRuntime.Threads = 1;
            Work();
        })
        {
            Name = FormattableString.Invariant($"evaluation {worker}"),
        })];
        foreach (Thread thread in others)
        {
            thread.Start();
        }
        Work();
        foreach (Thread thread in others)
        {
            thread.Join();
        }
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        // Whatever one worker throws must reach the caller, and end the others.
#pragma warning disable CA1031
        void Work()
        {
            try
            {
                for (int i; (i = Interlocked.Increment(ref next)) < batches.Length;)
                {
                    Make(task, store, method, batches[i], stop.Token);
                }
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, error, null);
                stop.Cancel();
            }
        }
#pragma warning restore CA1031
    }

    private void Make(GenerationTask task, BatchStore store, LayoutMethod? method, int batch, CancellationToken cancellation)
    {
        IReadOnlyList<SceneRequest> requests = task.Set.InBatch(batch);
        long start = time.GetTimestamp();
        long last = start;
        long memory = Environment.WorkingSet;
        var steps = new List<double>();
        byte[] pixels = studio.Draw(task.Arm, method, requests, StepDone, cancellation);
        store.Write(batch, pixels, new BatchRecord(
            batch * task.Set.Batch,
            [.. requests.Select(request => request.Prompt)],
            [.. requests.Select(request => request.Scene.Seed)],
            time.GetElapsedTime(start).TotalSeconds,
            steps.Count == 0 ? 0 : steps.Average(),
            memory,
            time.GetUtcNow()));
        int done = Interlocked.Add(ref _done, task.Set.Batch);
        Progress?.Report(new RunProgress($"{task.Set.Name}/{task.Arm.Name}", done, _total, time.GetElapsedTime(_start)));

        void StepDone()
        {
            long now = time.GetTimestamp();
            steps.Add(time.GetElapsedTime(last, now).TotalSeconds);
            last = now;
            memory = Math.Max(memory, Environment.WorkingSet);
        }
    }
}
