using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Diffusion.Sampling;

/// <summary>Ends a pass through the U-Net at the next text cross-attention once it is cancelled: on large grids a step takes minutes.</summary>
internal sealed class StoppingControl : IAttentionControl
{
    private readonly IAttentionControl? _inner;
    private readonly CancellationToken _cancellation;

    private StoppingControl(IAttentionControl? inner, CancellationToken cancellation)
    {
        _inner = inner;
        _cancellation = cancellation;
    }

    /// <summary>A control that does what another does, or nothing, as long as it is not cancelled; as it is where nobody can cancel.</summary>
    public static IAttentionControl? Of(IAttentionControl? control, CancellationToken cancellation) =>
        cancellation.CanBeCanceled ? new StoppingControl(control, cancellation) : control;

    /// <inheritdoc/>
    public Tensor? Before(AttentionSite site, Tensor hidden, int height, int width)
    {
        _cancellation.ThrowIfCancellationRequested();
        return _inner?.Before(site, hidden, height, width);
    }

    /// <inheritdoc/>
    public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width)
    {
        _cancellation.ThrowIfCancellationRequested();
        Tensor? result = _inner?.Attend(site, hidden, height, width);
        _cancellation.ThrowIfCancellationRequested();
        return result;
    }
}
