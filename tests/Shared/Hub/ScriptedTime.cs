using System.Collections.Concurrent;

namespace Radl.Tests.Shared;

/// <summary>A clock on which every wait is over at once, and is written down; the waits of one length are held until they are let go.</summary>
internal sealed class ScriptedTime(TimeSpan held) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private readonly ConcurrentDictionary<Timer, bool> _held = new();

    public static DateTimeOffset Now { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>All waits but the held ones, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    /// <summary>Told of each wait.</summary>
    public Action<TimeSpan>? OnWait { get; set; }

    /// <summary>Ends the held waits.</summary>
    public void LetGo()
    {
        foreach (Timer timer in _held.Keys)
        {
            if (_held.TryRemove(timer, out _))
            {
                timer.Fire();
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ScriptedTime time, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._held.TryRemove(this, out _);
            if (dueTime == time.Held)
            {
                time._held.TryAdd(this, true);
            }
            else if (dueTime >= TimeSpan.Zero)
            {
                time._waits.Enqueue(dueTime);
                time.OnWait?.Invoke(dueTime);
                ThreadPool.QueueUserWorkItem(_ => fire());
            }
            return true;
        }

        public void Dispose() => time._held.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private TimeSpan Held => held;
}
