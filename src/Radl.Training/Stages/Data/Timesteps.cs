using Radl.Toybox.Sampling;

namespace Radl.Training.Stages.Data;

/// <summary>Draws the time steps that a training step denoises.</summary>
internal static class Timesteps
{
    /// <summary>floor(T u^p) of the next uniform number u; p = 1 draws all steps equally often.</summary>
    /// <param name="random">A stream of its own for every sample.</param>
    /// <param name="count">T, the number of time steps.</param>
    /// <param name="power">p, above 0.</param>
    public static int Draw(ToyRandom random, int count, double power) =>
        power == 1 ? random.Below(count) : Math.Min(count - 1, (int)(count * Math.Pow(random.NextFloat(), power)));
}
