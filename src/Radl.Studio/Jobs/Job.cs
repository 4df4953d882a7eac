namespace Radl.Studio.Jobs;

/// <summary>A request on its way through queued and running to exactly one end.</summary>
/// <remarks>Thread safe. <see cref="JobBoard"/> moves it; others read it, follow its events, and may ask for its end.</remarks>
public sealed class Job : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JobSnapshot _now;
    private long? _startedAt;
    private bool _isEnding;

    internal Job(string id, string owner, JobRequest request, TimeProvider time)
    {
        _time = time;
        _now = new JobSnapshot { Id = id, Request = request, Created = time.GetUtcNow() };
        Owner = owner;
    }

    /// <summary>Its id.</summary>
    public string Id => _now.Id;

    /// <summary>What it draws.</summary>
    public JobRequest Request => _now.Request;

    /// <summary>Name of the key that asked for it; jobs of different keys take turns.</summary>
    public string Owner { get; }

    /// <summary>What happened so far.</summary>
    public JobEvents Events { get; } = new();

    /// <summary>Completes when the job has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Asks the worker to stop within one step.</summary>
    public CancellationToken Cancellation => _stop.Token;

    /// <summary>How it stands.</summary>
    public JobSnapshot Snapshot()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    internal void MoveTo(int position)
    {
        lock (_gate)
        {
            if (_now.State == JobState.Queued && _now.Position != position)
            {
                _now = _now with { Position = position };
                Events.Add(id => new JobQueuedEvent(id, position));
            }
        }
    }

    internal bool Start()
    {
        lock (_gate)
        {
            if (_now.State != JobState.Queued || _isEnding)
            {
                return false;
            }
            _startedAt = _time.GetTimestamp();
            _now = _now with { State = JobState.Running, Position = null };
            return Events.Add(id => new JobStartedEvent(id));
        }
    }

    /// <summary>Tells what the worker warns of.</summary>
    /// <param name="warnings">One sentence each.</param>
    public void Warn(IReadOnlyList<string> warnings)
    {
        lock (_gate)
        {
            _now = _now with { Warnings = warnings };
        }
    }

    /// <summary>Tells that a step is done.</summary>
    /// <param name="step">Steps done, over all pictures.</param>
    /// <param name="total">Steps of the whole job.</param>
    /// <param name="preview">PNG of the picture as it stands, or null.</param>
    public void Report(int step, int total, byte[]? preview)
    {
        lock (_gate)
        {
            if (_now.State != JobState.Running)
            {
                return;
            }
            double perStep = _time.GetElapsedTime(_startedAt!.Value).TotalSeconds / Math.Max(1, step);
            var progress = new JobProgress(step, total, Math.Round(perStep * (total - step), 2));
            _now = _now with { Progress = progress };
            Events.Add(id => new JobStepEvent(id, progress, preview));
        }
    }

    /// <summary>Asks for the end; whoever holds the job then ends it.</summary>
    internal void Stop() => _stop.Cancel();

    /// <summary>Claims the right to end the job: true for one caller, ever.</summary>
    internal bool ClaimEnd()
    {
        lock (_gate)
        {
            if (_isEnding)
            {
                return false;
            }
            _isEnding = true;
            return true;
        }
    }

    /// <summary>How the job will stand once it has ended. Only for the one that claimed the end.</summary>
    internal JobSnapshot EndedAs(JobEnd end)
    {
        lock (_gate)
        {
            return _now with
            {
                State = end.State,
                Position = null,
                Result = end.Result,
                Failure = end.Failure,
                Finished = _time.GetUtcNow(),
                Seconds = _startedAt is { } since ? Math.Round(_time.GetElapsedTime(since).TotalSeconds, 3) : null,
                Progress = _now.Progress with { SecondsLeft = end.State == JobState.Done ? 0 : null },
            };
        }
    }

    /// <summary>Makes the end known.</summary>
    internal void Publish(JobSnapshot end)
    {
        lock (_gate)
        {
            _now = end;
            Events.Add(id => new JobEndedEvent(id, end.State));
        }
        _ended.SetResult();
    }
}

/// <summary>How a job ends.</summary>
/// <param name="State">One of the final states.</param>
/// <param name="Result">Of a job that is done.</param>
/// <param name="Failure">Of a job that failed.</param>
public sealed record JobEnd(JobState State, JobResult? Result = null, JobFailure? Failure = null)
{
    /// <summary>Ended because someone asked so.</summary>
    public static JobEnd Cancelled { get; } = new(JobState.Cancelled);

    /// <summary>Ended with pictures.</summary>
    public static JobEnd Done(JobResult result) => new(JobState.Done, result);

    /// <summary>Ended by an error.</summary>
    public static JobEnd Failed(JobFailure failure) => new(JobState.Failed, Failure: failure);
}

/// <summary>A job at one moment.</summary>
public sealed record JobSnapshot
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What it draws.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Where it stands.</summary>
    public JobState State { get; init; }

    /// <summary>Place in the queue, 1 is next; null when it does not wait.</summary>
    public int? Position { get; init; }

    /// <summary>How far it is.</summary>
    public JobProgress Progress { get; init; }

    /// <summary>What a user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Seconds of drawing; null when it never ran.</summary>
    public double? Seconds { get; init; }

    /// <summary>What it made.</summary>
    public JobResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public JobFailure? Failure { get; init; }
}
