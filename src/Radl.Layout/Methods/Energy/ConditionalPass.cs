using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Layout.Methods.Energy;

/// <summary>The conditional half of the model with autograd on: the gradient of an energy of its text cross-attention with respect to what it is given.</summary>
/// <remarks>
/// The model is run only as far as the last site that the energy reads. Rows of a batch do not see each other, so one pass over the sum
/// of their energies gives every row its own gradient.
/// </remarks>
internal sealed class ConditionalPass : IDisposable
{
    private readonly UNet2DCondition _unet;
    private readonly Tensor _hidden;
    private readonly TextContext _text;
    private readonly HashSet<string> _sites;
    private readonly AttentionSite _last;
    private readonly UNetOptions _options;

    /// <summary>Binds the prompts.</summary>
    /// <param name="unet">The model; the caller keeps it alive.</param>
    /// <param name="conditional">Hidden states of the prompts, [images, tokens, width]; the caller may dispose them.</param>
    /// <param name="sites">What the energy reads, at least one.</param>
    /// <param name="checkpoint">Less memory for more time, see <see cref="UNetOptions.Checkpoint"/>.</param>
    public ConditionalPass(UNet2DCondition unet, Tensor conditional, IReadOnlyList<AttentionSite> sites, bool checkpoint)
    {
        _unet = unet;
        _sites = [.. sites.Select(site => site.Name)];
        _last = sites[^1];
        _options = new UNetOptions { Checkpoint = checkpoint };
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        _hidden = conditional.Detach().Keep();
        _text = unet.BindText(_hidden).Keep();
    }

    /// <summary>How much larger the solver's latents are than the model's input: 1 where the solver keeps their variance.</summary>
    public static double Stretch(SamplerCall call)
    {
        using var scope = TensorScope.Enter();
        return 1 / call.Scheduler.ScaleInput(Tensor.Ones([1], DType.Float64), call.Index).Item();
    }

    /// <summary>The gradient of an energy with respect to the model's input.</summary>
    /// <param name="call">Where in the run. Its cancellation is checked first.</param>
    /// <param name="latents">[images, channels, h, w], on the solver's scale.</param>
    /// <param name="rows">Images that take part, rising.</param>
    /// <param name="energy">Makes one number of what those rows attend to.</param>
    /// <returns>[rows, channels, h, w] in the latents' type, in the current scope.</returns>
    public Tensor Gradient(SamplerCall call, Tensor latents, int[] rows, Func<IReadOnlyList<SiteAttention>, Tensor> energy)
    {
        call.Cancellation.ThrowIfCancellationRequested();
        if (latents.Size(0) != _hidden.Size(0))
        {
            throw new ArgumentException($"latents of {latents.Size(0)} images, the method is bound to {_hidden.Size(0)}", nameof(latents));
        }
        using var scope = TensorScope.Enter();
        bool whole = rows.Length == _hidden.Size(0);
        Tensor index = Tensor.From(Array.ConvertAll(rows, row => (long)row)).To(latents.Device);
        Tensor timestep = Tensor.From((float)call.Timestep).To(latents.Device);
        Tensor input = call.Scheduler.ScaleInput(whole ? latents : latents.IndexSelect(0, index), call.Index).Detach();
        TextContext text = whole ? _text : _unet.BindText(_hidden.IndexSelect(0, index));
        using var recorder = new AttentionRecorder(_sites, text);
        using var guard = Autograd.WithGrad();
        input.RequiresGrad = true;
        _unet.Reach(_last, input, timestep, text, recorder, _options);
        return scope.Return(Autograd.Gradients(energy(recorder.Maps), [input])[0] ?? input.ZerosLike());
    }

    /// <summary>Latents with some rows moved against a gradient.</summary>
    public static Tensor Descend(Tensor latents, int[] rows, Tensor gradient, double step)
    {
        if (rows.Length == latents.Size(0))
        {
            return latents - (gradient * step);
        }
        using var scope = TensorScope.Enter();
        Tensor index = Tensor.From(Array.ConvertAll(rows, row => (long)row)).To(latents.Device);
        return scope.Return(latents.IndexAdd(0, index, gradient * -step));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        _hidden.Dispose();
    }
}
