namespace Radl.Diffusion.Attention;

/// <summary>The cancellation that work on this thread obeys around text cross-attentions and between the blocks of a long self-attention: on large grids a step takes minutes, one layer of it alone too, and no layer is handed a token.</summary>
internal sealed class Interruption : IDisposable
{
    [ThreadStatic]
    private static CancellationToken s_current;

    private readonly CancellationToken _outer = s_current;

    private Interruption(CancellationToken cancellation) => s_current = cancellation;

    /// <summary>Obeys a token on this thread until disposal.</summary>
    public static Interruption By(CancellationToken cancellation) => new(cancellation);

    /// <summary>Ends the work where it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Check() => s_current.ThrowIfCancellationRequested();

    /// <inheritdoc/>
    public void Dispose() => s_current = _outer;
}
