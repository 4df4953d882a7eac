using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;

namespace Radl.Layout.Methods;

/// <summary>A layout method bound to a batch of scenes: what it puts into the sampler's joints. It need not use them all.</summary>
public interface IBoundMethod : IDisposable
{
    /// <summary>Starts a batch of pictures: called before its first step, so that a picture depends on nothing drawn before it.</summary>
    /// <param name="seeds">Of the pictures, one each.</param>
    void Begin(IReadOnlyList<ulong> seeds)
    {
    }

    /// <summary>The attention control of a step, or null where the method leaves the U-Net alone.</summary>
    /// <param name="step">From 0.</param>
    IAttentionControl? ForStep(int step) => null;

    /// <summary>What moves the latents before each step, or null.</summary>
    ILatentGuidance? Guidance => null;

    /// <summary>What makes a step out of several predictions, in place of classifier-free guidance; null where that does.</summary>
    IDenoiserComposition? Composition => null;
}
