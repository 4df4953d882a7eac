using Radl.Diffusion.Sampling;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Methods.LayoutGuidance;

/// <summary>Layout guidance (Chen et al. 2024, its backward guidance; TFLCG in RaDL's tables) bound to a batch.</summary>
/// <remarks>
/// Before each of the first calls the latents go down the gradient of <see cref="LayoutGuidanceEnergy"/> at the mid block and the first up block
/// with text attention, several times while the energy is above the threshold. An image's last energy counts on in the following calls, so
/// that one which came below the threshold is never moved again in that run. The state is that of one run and starts anew at call 0: one run at a time.
/// Steps are those of the reference on LMS' latents, x - sigma^2 grad; on a solver that keeps the variance, the same picture moves the same way.
/// </remarks>
public sealed class BoundLayoutGuidance : IBoundMethod, ILatentGuidance
{
    private readonly IReadOnlyList<IReadOnlyList<GuidedRegion>> _regions;
    private readonly LayoutGuidanceOptions _options;
    private readonly ConditionalPass _pass;
    private readonly double[] _energies;

    /// <summary>Binds.</summary>
    /// <param name="unet">The model; the caller keeps it alive.</param>
    /// <param name="conditional">Hidden states of the prompts, [images, tokens, width], in the U-Net's type; the caller may dispose them.</param>
    /// <param name="regions">Per image, the words to place. An image without regions is left as it is.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option, a box or a token is out of range.</exception>
    public BoundLayoutGuidance(UNet2DCondition unet, Tensor conditional, IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, LayoutGuidanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(conditional);
        _options = options ?? new LayoutGuidanceOptions();
        _options.Validate();
        GuidedRegion.Check(regions, conditional.Size(0), 0, conditional.Size(1));
        _regions = regions;
        _energies = new double[regions.Count];
        Start();
        _pass = new ConditionalPass(unet, conditional, SiteScales.MidAndFirstUp(unet), _options.Checkpoint);
    }

    /// <inheritdoc/>
    public ILatentGuidance Guidance => this;

    /// <summary>Told of every move, or null.</summary>
    public Action<GuidanceUpdate>? Observer { get; set; }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<ulong> seeds) => Start();

    /// <inheritdoc/>
    public Tensor Move(SamplerCall call, Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(latents);
        if (call.Index == 0)
        {
            Start();
        }
        if (call.Index >= _options.GuidedCalls(call.Total))
        {
            return latents;
        }
        using var scope = TensorScope.Enter();
        double sigma = call.Scheduler.Sigma(call.Index);
        double step = _options.Scale * ConditionalPass.Stretch(call) * (sigma * sigma) / ((sigma * sigma) + 1);
        Tensor moved = latents;
        for (int turn = 0; turn < _options.Repeats; turn++)
        {
            int[] images = [.. Enumerable.Range(0, _energies.Length).Where(image => _energies[image] > _options.Threshold)];
            if (images.Length == 0)
            {
                break;
            }
            double[] energies = [];
            Tensor gradient = _pass.Gradient(call, moved, images, sites =>
            {
                using var inner = TensorScope.Enter();
                Tensor perImage = LayoutGuidanceEnergy.Evaluate(sites, [.. images.Select(image => _regions[image])]);
                energies = perImage.ToArray<double>();
                return inner.Return(perImage.Sum());
            });
            for (int k = 0; k < images.Length; k++)
            {
                _energies[images[k]] = energies[k];
            }
            moved = ConditionalPass.Descend(moved, images, gradient, step);
            Observer?.Invoke(new GuidanceUpdate(call.Index, images, energies, gradient, moved));
        }
        return scope.Return(moved);
    }

    /// <inheritdoc/>
    public void Dispose() => _pass.Dispose();

    private void Start()
    {
        // Images without regions have nothing to come down.
        for (int image = 0; image < _energies.Length; image++)
        {
            _energies[image] = _regions[image].Count > 0 ? double.PositiveInfinity : 0;
        }
    }
}
