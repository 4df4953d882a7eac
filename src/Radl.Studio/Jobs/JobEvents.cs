using System.Runtime.CompilerServices;

namespace Radl.Studio.Jobs;

/// <summary>What happened to a job so far. Any number of readers follow it, each from where it likes.</summary>
/// <remarks>Thread safe. Old previews are dropped, so that a job of a thousand steps stays small; everything else is kept until the job is.</remarks>
public sealed class JobEvents
{
    private const int KeptPreviews = 8;

    private readonly Lock _gate = new();
    private readonly List<JobEvent> _events = [];
    private readonly Queue<int> _previews = [];
    private TaskCompletionSource _grown = NewSignal();

    /// <summary>The last event, or null before the first.</summary>
    public JobEvent? Last
    {
        get
        {
            lock (_gate)
            {
                return _events.Count == 0 ? null : _events[^1];
            }
        }
    }

    /// <summary>Adds an event unless the job has ended.</summary>
    /// <param name="make">Makes the event of its number.</param>
    /// <returns>Whether it was added.</returns>
    internal bool Add(Func<long, JobEvent> make)
    {
        TaskCompletionSource grown;
        lock (_gate)
        {
            if (_events.Count > 0 && _events[^1] is JobEndedEvent)
            {
                return false;
            }
            _events.Add(make(_events.Count + 1));
            DropOldPreviews();
            (grown, _grown) = (_grown, NewSignal());
        }
        grown.SetResult();
        return true;
    }

    /// <summary>Every event behind the one that is named, as they come, up to the end of the job.</summary>
    /// <param name="after">Number of the last event that the reader knows; 0 for none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<JobEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (long next = Math.Max(0, after); ;)
        {
            (JobEvent? happened, Task grown) = At(next);
            if (happened is null)
            {
                await grown.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }
            yield return happened;
            next = happened.Id;
            if (happened is JobEndedEvent)
            {
                yield break;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A number beyond the end belongs to no event of this job; its reader gets the end when it comes.
    private (JobEvent? Event, Task Grown) At(long index)
    {
        lock (_gate)
        {
            if (index < _events.Count)
            {
                return (_events[(int)index], _grown.Task);
            }
            return (_events.Count > 0 && _events[^1] is JobEndedEvent end ? end : null, _grown.Task);
        }
    }

    private void DropOldPreviews()
    {
        if (_events[^1] is not JobStepEvent { Preview: not null })
        {
            return;
        }
        _previews.Enqueue(_events.Count - 1);
        if (_previews.Count > KeptPreviews)
        {
            int old = _previews.Dequeue();
            _events[old] = (JobStepEvent)_events[old] with { Preview = null };
        }
    }
}
