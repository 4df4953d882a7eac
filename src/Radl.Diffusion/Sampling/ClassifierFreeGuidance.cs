using Radl.Diffusion.Attention;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Sampling;

/// <summary>The model as a function: its output for scaled latents [batch, channels, h, w] at timestep [1] under a control.</summary>
public delegate Tensor Denoiser(Tensor latents, Tensor timestep, IAttentionControl? control);

/// <summary>Plain sampling: u + scale (c - u) of the unconditional and the conditional prediction (Ho and Salimans 2022).</summary>
/// <remarks>Both come from one batch, the unconditional rows first. With a scale of 1 only the conditional rows are computed.</remarks>
public sealed class ClassifierFreeGuidance : IDenoiserComposition
{
    private readonly Denoiser _model;

    /// <summary>Guides a model.</summary>
    /// <param name="model">Called with twice the batch (unconditional, then conditional), or with the batch itself where the scale is 1.</param>
    /// <param name="scale">Guidance scale, 0 or more; 7.5 is usual.</param>
    public ClassifierFreeGuidance(Denoiser model, double scale = 7.5)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!(scale >= 0 && double.IsFinite(scale)))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "the guidance scale is a finite number from 0 on");
        }
        _model = model;
        Scale = scale;
    }

    /// <summary>Guides a U-Net under bound prompts.</summary>
    /// <param name="unet">The model; the caller keeps it alive.</param>
    /// <param name="text">
    /// Bound hidden states of n unconditional and then n conditional prompts for n images, as <see cref="ContextRows"/> orders
    /// them; the caller owns it.
    /// </param>
    /// <param name="scale">Guidance scale.</param>
    /// <param name="options">Of every pass, or null.</param>
    public ClassifierFreeGuidance(UNet2DCondition unet, TextContext text, double scale = 7.5, UNetOptions? options = null)
        : this((latents, timestep, control) => unet.Forward(latents, timestep, text, control, options: options), scale)
    {
    }

    /// <summary>Guidance scale.</summary>
    public double Scale { get; }

    /// <summary>Whether the model computes unconditional rows at all.</summary>
    public bool IsGuided => Scale != 1;

    /// <summary>The text rows that a scale asks for: [2n, tokens, width], unconditional first, or the conditional ones alone.</summary>
    /// <param name="unconditional">[n or 1, tokens, width].</param>
    /// <param name="conditional">[n, tokens, width].</param>
    /// <param name="scale">Guidance scale.</param>
    public static Tensor ContextRows(Tensor unconditional, Tensor conditional, double scale)
    {
        ArgumentNullException.ThrowIfNull(unconditional);
        ArgumentNullException.ThrowIfNull(conditional);
        if (scale == 1)
        {
            return conditional.Detach();
        }
        using var scope = TensorScope.Enter();
        return scope.Return(Tensor.Cat([unconditional.Expand(conditional.Shape), conditional], 0));
    }

    /// <inheritdoc/>
    public SchedulerStep Advance(SamplerCall call, Tensor latents, SolverState state)
    {
        ArgumentNullException.ThrowIfNull(call);
        using var scope = TensorScope.Enter();
        SchedulerStep step = call.Scheduler.Step(Predict(call, latents), call.Index, latents, state, call.Noise);
        return new SchedulerStep(scope.Return(step.Latents), step.State.ReturnFrom(scope));
    }

    /// <summary>The guided prediction for latents at a call, the shape of the latents; the caller's scope owns it.</summary>
    public Tensor Predict(SamplerCall call, Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = TensorScope.Enter();
        Tensor timestep = Tensor.From((float)call.Timestep).To(latents.Device);
        Tensor input = call.Scheduler.ScaleInput(latents, call.Index);
        if (!IsGuided)
        {
            return scope.Return(_model(input, timestep, call.Control));
        }
        Tensor[] halves = _model(Tensor.Cat([input, input], 0), timestep, call.Control).Chunk(2, 0);
        return scope.Return(halves[0] + ((halves[1] - halves[0]) * Scale));
    }
}
