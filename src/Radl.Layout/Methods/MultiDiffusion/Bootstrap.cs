using Radl.Torch;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>What stands outside the regions in the first steps of a run.</summary>
/// <param name="Steps">Bootstrapping steps.</param>
/// <param name="Backgrounds">Encoded constant-colour pictures, [colours, channels, window height, window width].</param>
/// <param name="Picks">Which of them each row takes, int64 [steps * windows, rows]: step by step, in each step window by window.</param>
/// <remarks>Disposing it frees the tensors.</remarks>
public sealed record Bootstrap(int Steps, Tensor Backgrounds, Tensor Picks) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Backgrounds.Dispose();
        Picks.Dispose();
    }
}
