namespace Radl.Diffusion.Hub;

/// <summary>Ends a request when nothing has come for a while.</summary>
internal sealed class Silence : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _quiet;
    private readonly CancellationTokenSource _either;

    /// <summary>Starts to wait.</summary>
    /// <param name="limit">Longest silence.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Ends the request as well.</param>
    public Silence(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _quiet = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _quiet.Token);
    }

    /// <summary>Cancelled by the caller or by the silence.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether it was the silence that ended the request.</summary>
    public bool IsTooLong => _quiet.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Something came: waits anew.</summary>
    public void Heard() => _quiet.CancelAfter(_limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _quiet.Dispose();
    }
}
