using Radl.Diffusion.Attention;
using Radl.Diffusion.Schedulers;
using Radl.Torch;

namespace Radl.Diffusion.Sampling;

/// <summary>The denoising loop: from noise to latents.</summary>
/// <param name="scheduler">The solver, laid out for the number of steps.</param>
/// <param name="composition">Makes a step out of the model's predictions; <see cref="ClassifierFreeGuidance"/> for plain sampling.</param>
public sealed class Sampler(IScheduler scheduler, IDenoiserComposition composition)
{
    /// <summary>The attention control of a call, by its index; null, and a null result, mean plain Stable Diffusion.</summary>
    public Func<int, IAttentionControl?>? Control { get; init; }

    /// <summary>Moves the latents before each call, or null.</summary>
    public ILatentGuidance? Guidance { get; init; }

    /// <summary>Shown the latents after each call: calls done and the tensor, valid during the call only. Null for nobody.</summary>
    public Action<int, Tensor>? Observer { get; init; }

    /// <summary>Samples from seeds.</summary>
    /// <param name="noise">Gives the start and, for a stochastic solver, the noise of every step.</param>
    /// <param name="progress">Told after each call, or null.</param>
    /// <param name="cancellation">Checked before each call, and within it at each text cross-attention and between the blocks of a long self-attention.</param>
    /// <returns>Latents [images, channels, h, w] on the VAE's scale; the caller's scope owns them.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; all tensors of the run are freed.</exception>
    public Tensor Sample(LatentNoise noise, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = TensorScope.Enter();
        return scope.Return(Run(noise.Draw(), noise.Draw, progress, cancellation));
    }

    /// <summary>Samples from given noise with a deterministic solver; otherwise as <see cref="Sample(LatentNoise, IProgress{SamplingProgress}?, CancellationToken)"/>.</summary>
    /// <param name="noise">Standard normal, [images, channels, h, w].</param>
    /// <param name="progress">Told after each call, or null.</param>
    /// <param name="cancellation">As there.</param>
    public Tensor Sample(Tensor noise, IProgress<SamplingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return Run(noise, () => throw new ArgumentException("a stochastic solver needs seeds: its steps draw noise", nameof(noise)), progress, cancellation);
    }

    private Tensor Run(Tensor noise, Func<Tensor> drawNoise, IProgress<SamplingProgress>? progress, CancellationToken cancellation)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        int total = scheduler.Timesteps.Count;
        Tensor latents = noise * scheduler.InitNoiseSigma;
        SolverState state = SolverState.Start;
        for (int index = 0; index < total; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            SchedulerStep step = Advance(index, latents, state, drawNoise, cancellation);
            latents.Dispose();
            state.Dispose();
            (latents, state) = step;
            Observer?.Invoke(index + 1, latents);
            progress?.Report(new SamplingProgress(index + 1, total));
        }
        return scope.Return(latents);
    }

    private SchedulerStep Advance(int index, Tensor latents, SolverState state, Func<Tensor> drawNoise, CancellationToken cancellation)
    {
        using var scope = TensorScope.Enter();
        using var interruption = Interruption.By(cancellation);
        var call = new SamplerCall(scheduler, index, Control?.Invoke(index), scheduler.NeedsNoise(index) ? drawNoise() : null, cancellation);
        Tensor moved = Guidance?.Move(call, latents) ?? latents;
        SchedulerStep step = composition.Advance(call, moved, state);
        return new SchedulerStep(scope.Return(step.Latents), step.State.ReturnFrom(scope));
    }
}
