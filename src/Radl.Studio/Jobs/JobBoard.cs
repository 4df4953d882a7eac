using System.Diagnostics.CodeAnalysis;

namespace Radl.Studio.Jobs;

/// <summary>All jobs that have not ended, and the one place that moves them: from submission through the queue to a worker and to their end.</summary>
/// <remarks>
/// Thread safe. Whatever becomes of a job is saved before anyone is told, so that whoever hears of the end finds it in the gallery.
/// </remarks>
public sealed class JobBoard : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _coming = new(StringComparer.Ordinal);
    private readonly FairQueue _queue;
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly JobBoardOptions _options;
    private readonly TimeProvider _time;
    private readonly JobIds _ids;
    private readonly CancellationTokenSource _closed = new();
    private volatile bool _isClosed;

    /// <summary>An empty board.</summary>
    /// <param name="options">Sizes, and what is called at changes.</param>
    /// <param name="time">The clock.</param>
    public JobBoard(JobBoardOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _ids = new JobIds(time);
        _queue = new FairQueue(options.Capacity, options.Share);
    }

    /// <summary>Most jobs that wait.</summary>
    public int Capacity => _options.Capacity;

    /// <summary>Seconds until what runs is done and a place gets free; null while nobody knows.</summary>
    public double? SecondsToRoom
    {
        get
        {
            lock (_gate)
            {
                return _jobs.Values.Select(job => job.Snapshot().Progress.SecondsLeft).Min();
            }
        }
    }

    /// <summary>Jobs that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Jobs that are being drawn.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _jobs.Values.Count(job => job.Snapshot().State == JobState.Running);
            }
        }
    }

    /// <summary>Whether the board takes no more jobs, because the process is ending.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Accepts a job.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="request">What it draws.</param>
    /// <param name="job">The job, when there was room.</param>
    /// <returns>False when the queue, or the owner's share of it, is full.</returns>
    /// <exception cref="InvalidOperationException">The board is closed.</exception>
    public bool TrySubmit(string owner, JobRequest request, [NotNullWhen(true)] out Job? job)
    {
        job = null;
        lock (_gate)
        {
            RequireOpen();
            if (!_queue.HasRoom(owner, _coming.Values.Sum(), _coming.GetValueOrDefault(owner)))
            {
                return false;
            }
            _coming[owner] = _coming.GetValueOrDefault(owner) + 1;
        }
        var fresh = new Job(_ids.Next(), owner, request, _time);
        try
        {
            // The place is reserved; saving needs no lock.
            _options.Save(fresh.Snapshot());
        }
        catch
        {
            Release(owner);
            throw;
        }
        bool isTaken;
        lock (_gate)
        {
            ReleaseLocked(owner);
            isTaken = !IsClosed;
            _jobs.Add(fresh.Id, fresh);
            if (isTaken)
            {
                _queue.Add(fresh);
                TellPositions();
            }
        }
        if (isTaken)
        {
            _waiting.Release();
        }
        else
        {
            End(fresh, JobEnd.Failed(JobFailure.Interrupted));
        }
        job = fresh;
        return true;
    }

    /// <summary>A job that has not ended, or null.</summary>
    public Job? Find(string id)
    {
        lock (_gate)
        {
            return _jobs.GetValueOrDefault(id);
        }
    }

    /// <summary>All jobs that have not ended.</summary>
    public IReadOnlyList<JobSnapshot> Snapshots()
    {
        lock (_gate)
        {
            return [.. _jobs.Values.Select(job => job.Snapshot())];
        }
    }

    /// <summary>Waits for the next job and starts it; only for a worker's own thread.</summary>
    /// <returns>Null when the board is closed.</returns>
    public Job? Take()
    {
        try
        {
            while (true)
            {
                _waiting.Wait(_closed.Token);
                if (TakeNow() is { } job)
                {
                    return job;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null; // The board was closed; Close ends what waits.
        }
    }

    /// <summary>Starts the next job, or gives null when none waits.</summary>
    public Job? TakeNow()
    {
        Job? job;
        lock (_gate)
        {
            job = IsClosed ? null : _queue.Take();
            if (job is null || !job.Start())
            {
                return null;
            }
            TellPositions();
        }
        return job;
    }

    /// <summary>Ends a job that waits at once, and one that runs within a step.</summary>
    /// <returns>False when there is no such job, or it has ended.</returns>
    public bool Cancel(string id)
    {
        Job? job;
        bool waited;
        lock (_gate)
        {
            if (!_jobs.TryGetValue(id, out job))
            {
                return false;
            }
            waited = _queue.Remove(job);
            TellPositions();
        }
        job.Stop();
        if (waited)
        {
            End(job, JobEnd.Cancelled);
        }
        return true;
    }

    /// <summary>Ends a job. The first call decides; the others are ignored.</summary>
    /// <returns>Whether this call decided.</returns>
    public bool End(Job job, JobEnd end)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!job.ClaimEnd())
        {
            return false;
        }
        JobSnapshot ended = job.EndedAs(end);
        try
        {
            _options.Save(ended);
        }
        // Nobody may wait forever because a disk is full: the job then ends with that error.
#pragma warning disable CA1031
        catch (Exception error)
#pragma warning restore CA1031
        {
            ended = job.EndedAs(JobEnd.Failed(new JobFailure($"the result could not be saved: {error.Message}")));
            _options.SaveFailed(error);
        }
        job.Publish(ended);
        lock (_gate)
        {
            _jobs.Remove(job.Id);
        }
        _options.Ended(ended);
        return true;
    }

    /// <summary>Takes no more jobs; what waits fails as interrupted, what runs is asked to stop within a step.</summary>
    public void Close()
    {
        var waiting = new List<Job>();
        Job[] running;
        lock (_gate)
        {
            _isClosed = true;
            while (_queue.Take() is { } job)
            {
                waiting.Add(job);
            }
            running = [.. _jobs.Values.Except(waiting)];
        }
        _closed.Cancel();
        foreach (Job job in waiting)
        {
            End(job, JobEnd.Failed(JobFailure.Interrupted));
        }
        foreach (Job job in running)
        {
            job.Stop();
        }
    }

    /// <summary>Frees what waiting needs; the board is closed and its workers have ended.</summary>
    public void Dispose()
    {
        _closed.Dispose();
        _waiting.Dispose();
    }

    private void RequireOpen()
    {
        if (IsClosed)
        {
            throw new BoardClosedException();
        }
    }

    private void Release(string owner)
    {
        lock (_gate)
        {
            ReleaseLocked(owner);
        }
    }

    private void ReleaseLocked(string owner)
    {
        if (--_coming[owner] == 0)
        {
            _coming.Remove(owner);
        }
    }

    private void TellPositions()
    {
        int position = 1;
        foreach (Job job in _queue.InOrder())
        {
            job.MoveTo(position++);
        }
    }
}

/// <summary>Sizes of a board, and what it calls at changes.</summary>
public sealed record JobBoardOptions
{
    /// <summary>Most jobs that wait.</summary>
    public int Capacity { get; init; } = 32;

    /// <summary>Most jobs of one owner that wait.</summary>
    public int Share { get; init; } = 32;

    /// <summary>Saves a job: when it is accepted and when it ends. An error at acceptance refuses the job.</summary>
    public Action<JobSnapshot> Save { get; init; } = _ => { };

    /// <summary>Told of an error of <see cref="Save"/> at a job's end.</summary>
    public Action<Exception> SaveFailed { get; init; } = _ => { };

    /// <summary>Told of every end, once per job, after its readers could know.</summary>
    public Action<JobSnapshot> Ended { get; init; } = _ => { };
}

/// <summary>The process is ending and takes no more jobs.</summary>
public sealed class BoardClosedException() : InvalidOperationException("the server is stopping");
