using Microsoft.Extensions.Logging;
using Radl.Torch;

namespace Radl.Studio.Jobs;

/// <summary>Draws one job after the other on a thread of its own, one worker per device.</summary>
/// <remarks>A thread, not a task: libtorch's thread count and the owner of native memory belong to the thread.</remarks>
/// <param name="board">Where the jobs come from.</param>
/// <param name="draw">Draws one; throws <see cref="OperationCanceledException"/> when the job is asked to stop.</param>
/// <param name="log">Told of failures.</param>
public sealed class Worker(JobBoard board, Func<Job, JobResult> draw, ILogger log)
{
    private Thread? _thread;

    /// <summary>Begins to take jobs, until the board is closed.</summary>
    /// <param name="name">Name of the thread.</param>
    /// <param name="atEnd">Called on the thread when it ends.</param>
    public void Start(string name, Action atEnd)
    {
        _thread = new Thread(() =>
        {
            try
            {
                while (board.Take() is { } job)
                {
                    Run(job);
                }
            }
            finally
            {
                atEnd();
            }
        })
        { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits for the end of the thread; the board must be closed.</summary>
    public void Join() => _thread?.Join();

    /// <summary>Draws a job and ends it, whatever happens.</summary>
    public void Run(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        board.End(job, EndOf(job));
    }

    private JobEnd EndOf(Job job)
    {
        try
        {
            return JobEnd.Done(draw(job));
        }
        catch (OperationCanceledException) when (job.Cancellation.IsCancellationRequested)
        {
            return board.IsClosed ? JobEnd.Failed(JobFailure.Interrupted) : JobEnd.Cancelled;
        }
        catch (TensorMemoryException error)
        {
            return JobEnd.Failed(MemoryFailure.Of(error));
        }
        // Whatever a scene or a model does to the drawing, the next job is drawn.
#pragma warning disable CA1031
        catch (Exception error)
#pragma warning restore CA1031
        {
            Exception cause = error is TypeInitializationException { InnerException: { } inner } ? inner : error;
            log.LogError(cause, "generation {Id} failed", job.Id);
            return JobEnd.Failed(new JobFailure(cause.Message.Split('\n')[0]));
        }
    }
}
