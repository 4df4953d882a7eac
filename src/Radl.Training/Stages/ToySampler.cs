using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Torch;
using Radl.Toybox.World;
using Radl.Training.Stages.Conditions;

namespace Radl.Training.Stages;

/// <summary>Pictures from a model in training, to look at.</summary>
public static class ToySampler
{
    /// <summary>Images in about [-1, 1] of a ragged batch of drawn scenes; the current scope owns them.</summary>
    /// <param name="model">The base.</param>
    /// <param name="scenes">What is asked for.</param>
    /// <param name="conditions">Encodes labels and verbs.</param>
    /// <param name="adapter">Controls, or null for the base alone.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <param name="steps">Denoising steps.</param>
    /// <param name="controlSteps">Of these, the first ones that are controlled.</param>
    /// <param name="guidance">Classifier-free guidance.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="cancellation">Checked before each step.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Tensor Sample(
        FrozenModel model, IReadOnlyList<ToyScene> scenes, ToyConditions conditions, LayoutAdapter? adapter, int size, int steps, int controlSteps, double guidance, ulong seed,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(conditions);
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        int count = scenes.Count;
        Tensor hidden = model.Encode([.. Enumerable.Repeat("", count), .. scenes.Select(scene => scene.Prompt)]);
        if (adapter is null)
        {
            return scope.Return(Sample(model.Unet, model.Vae, model.Scheduler, hidden, null, steps, guidance, seed, cancellation));
        }
        LayoutConditions bindable = conditions.Of(scenes, hidden.Narrow(0, count, count), size) with { Negative = hidden.Narrow(0, 0, 1) };
        using IBoundMethod bound = adapter.Bind(bindable, new LayoutBinding { UnconditionalRows = guidance == 1 ? 0 : count, ControlSteps = controlSteps });
        return scope.Return(Sample(model.Unet, model.Vae, model.Scheduler, hidden, bound.ForStep, steps, guidance, seed, cancellation));
    }

    /// <summary>Images in about [-1, 1] of a batch of prompts.</summary>
    /// <param name="unet">Predicts.</param>
    /// <param name="vae">Decodes.</param>
    /// <param name="config">The scheduler.</param>
    /// <param name="hidden">Text states [2 * images, tokens, width]: empty prompts, then the prompts.</param>
    /// <param name="control">The control of a step, or null for plain sampling.</param>
    /// <param name="steps">Denoising steps.</param>
    /// <param name="guidance">Classifier-free guidance.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="cancellation">Checked before each step.</param>
    internal static Tensor Sample(
        UNet2DCondition unet, AutoencoderKl vae, SchedulerConfig config, Tensor hidden, Func<int, IAttentionControl?>? control, int steps, double guidance, ulong seed,
        CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        long count = hidden.Size(0) / 2;
        TextContext context = unet.BindText(guidance == 1 ? hidden.Narrow(0, count, count) : hidden);
        using var generator = new Generator(seed);
        int side = unet.Config.SampleSize;
        var sampler = new Sampler(config.CreateScheduler(steps), new ClassifierFreeGuidance(unet, context, guidance)) { Control = control };
        Tensor noise = Tensor.Randn([count, unet.Config.InChannels, side, side], generator).To(unet.Device);
        Tensor latents = sampler.Sample(noise, cancellation: cancellation);
        return scope.Return(vae.Decode(latents / vae.Config.ScalingFactor));
    }
}
