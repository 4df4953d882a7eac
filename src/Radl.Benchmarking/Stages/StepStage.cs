using Radl.Benchmarking.Models;
using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Torch;

namespace Radl.Benchmarking.Stages;

/// <summary>One denoising step as generation does it, guidance and solver included: plain, and under each method's control of each number of instances.</summary>
internal sealed class StepStage : IDisposable
{
    private const int Steps = 50;
    private const int Index = 10;
    private const double Guidance = 7.5;

    private readonly IScheduler _scheduler = (SchedulerConfig.StableDiffusion with { Kind = SchedulerKind.Euler }).CreateScheduler(Steps);
    private readonly List<IDisposable> _owned = [];
    private readonly ClassifierFreeGuidance _guidance;
    private readonly ClassifierFreeGuidance? _merging;
    private readonly Tensor _latents;

    /// <summary>Binds text and layouts; the current scope owns the tensors, this the methods.</summary>
    public StepStage(BenchModel model, int side, BenchSettings settings, Generator generator)
    {
        UNet2DCondition unet = model.Unet;
        int factor = model.Vae.Config.Factor;
        int latents = side / factor;
        _latents = Tensor.Randn([1, unet.Config.InChannels, latents, latents], generator).To(unet.Device);
        Tensor prompts = Tensor.Randn([2, model.TextEncoder.Config.MaxPositionEmbeddings, unet.Config.CrossAttentionDim], generator).To(unet.Device, unet.DType);
        TextContext text = unet.BindText(prompts);
        _guidance = new ClassifierFreeGuidance(unet, text, Guidance);
        if (settings.TokenMerging > 0)
        {
            var merging = new TokenMerging(settings.TokenMerging);
            _owned.Add(merging);
            _merging = new ClassifierFreeGuidance(unet, text, Guidance, new UNetOptions { Merging = merging });
        }
        var arms = new List<ControlledArm>();
        try
        {
            foreach (string method in settings.Methods)
            {
                LayoutMethod layout = model.Method(method, latents);
                _owned.Add(layout);
                foreach (int count in settings.Instances)
                {
                    IBoundMethod bound = layout.Bind(
                        BenchScene.Conditions(count, prompts, side, factor, layout.Needs, generator), new LayoutBinding { UnconditionalRows = 1, Guidance = Guidance });
                    _owned.Add(bound);
                    arms.Add(new ControlledArm(method, count, () => Advance(_guidance, bound)));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Controlled = arms;
    }

    /// <summary>The controlled steps.</summary>
    public IReadOnlyList<ControlledArm> Controlled { get; }

    /// <summary>The plain step with merged tokens, or null where that was not asked for.</summary>
    public Action? Merged => _merging is null ? null : () => Advance(_merging, null);

    /// <summary>The plain step.</summary>
    public void Plain() => Advance(_guidance, null);

    public void Dispose()
    {
        // Bindings before the methods that they belong to.
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }

    private void Advance(ClassifierFreeGuidance guidance, IBoundMethod? method)
    {
        using var scope = TensorScope.Enter();
        // A method that stops by itself starts anew each time: what is measured is a step at which it acts.
        method?.Begin([0]);
        // Regions take their noise from the start of a run.
        var call = new SamplerCall(_scheduler, method?.Composition is null ? Index : 0, method?.ForStep(0));
        (method?.Composition ?? guidance).Advance(call, method?.Guidance?.Move(call, _latents) ?? _latents, SolverState.Start);
    }
}

/// <summary>One controlled step to measure.</summary>
/// <param name="Method">The layout method.</param>
/// <param name="Instances">Instances of its scene.</param>
/// <param name="Step">Does the step.</param>
internal sealed record ControlledArm(string Method, int Instances, Action Step);
