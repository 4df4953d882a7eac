using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Torch;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>MultiDiffusion (Bar-Tal et al. 2023): every region and window takes the step by itself, and the results are averaged.</summary>
/// <remarks>
/// z' = sum of w_k step(z_k) over sum of w_k, for all prompts k and all windows that hold the pixel (their eq. 5 with masks; w_k is
/// <see cref="RegionRows.Weights"/>). While bootstrapping, a region steps z_k = z m_k + q(c, t)(1 - m_k) with c a constant colour noised
/// with the run's own first noise. One instance serves one run at a time; a run begins at call 0.
/// </remarks>
public sealed class RegionComposition : IDenoiserComposition, IDisposable
{
    private readonly ClassifierFreeGuidance _guidance;
    private readonly RegionRows _rows;
    private readonly IReadOnlyList<LatentWindow> _windows;
    private readonly Func<SamplerCall, Bootstrap?> _begin;
    private readonly Tensor _total;
    private Tensor? _noise;
    private Bootstrap? _bootstrap;

    /// <summary>Composes.</summary>
    /// <param name="model">Called with one row per prompt: unconditional ones first and then as many conditional ones, or the latter alone at scale 1.</param>
    /// <param name="scale">Guidance scale.</param>
    /// <param name="rows">The prompts' places; the caller keeps and disposes them.</param>
    /// <param name="windows">All of one size, inside the rows' grid; what none of them holds becomes 0.</param>
    /// <param name="begin">Asked at the first call of a run for what stands outside the regions, which stays the caller's and is read during the run; null, or a null answer, for no bootstrapping.</param>
    public RegionComposition(Denoiser model, double scale, RegionRows rows, IReadOnlyList<LatentWindow> windows, Func<SamplerCall, Bootstrap?>? begin = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(windows);
        _guidance = new ClassifierFreeGuidance(model, scale);
        _rows = rows;
        _windows = windows;
        _begin = begin ?? (_ => null);
        using var scope = TensorScope.Enter();
        Tensor byPicture = rows.SumByPicture(rows.Weights);
        Tensor total = byPicture.ZerosLike();
        foreach (LatentWindow window in windows)
        {
            window.Of(total).AddInPlace(window.Of(byPicture));
        }
        // Where no weight is, the sum is 0 and stays so.
        _total = (total + total.Eq(0).To(total.DType)).Keep();
    }

    /// <summary>Fails for a solver whose step depends on earlier ones: a region's step has none.</summary>
    /// <exception cref="NotSupportedException">The solver has a history.</exception>
    public static void RequireSingleStep(IScheduler scheduler)
    {
        if (scheduler is not (DdimScheduler or EulerScheduler))
        {
            throw new NotSupportedException("multidiffusion takes several steps at once and needs a solver without history: ddim or euler");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The solver has a history.</exception>
    /// <exception cref="ArgumentException">The latents are not those of the regions, or the run did not begin at call 0.</exception>
    public SchedulerStep Advance(SamplerCall call, Tensor latents, SolverState state)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(latents);
        RequireSingleStep(call.Scheduler);
        long[] shape = latents.Shape;
        if (shape.Length != 4 || shape[0] != _rows.Pictures || shape[2] != _rows.Height || shape[3] != _rows.Width)
        {
            throw new ArgumentException($"latents of shape [{string.Join(", ", shape)}]; bound are {_rows.Pictures} pictures on a {_rows.Height}x{_rows.Width} grid", nameof(latents));
        }
        using var scope = TensorScope.Enter();
        if (call.Index == 0)
        {
            Begin(call, latents);
        }
        else if (_noise is null)
        {
            throw new ArgumentException($"the run begins at call {call.Index}; it must begin at call 0, where the noise is known", nameof(call));
        }
        Tensor sum = latents.ZerosLike();
        for (int window = 0; window < _windows.Count; window++)
        {
            call.Cancellation.ThrowIfCancellationRequested();
            Add(sum, call, latents, window);
        }
        return new SchedulerStep(scope.Return(sum / _total), SolverState.Start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _total.Dispose();
    }

    private void Begin(SamplerCall call, Tensor latents)
    {
        End();
        _noise = (latents / call.Scheduler.InitNoiseSigma).Keep();
        _bootstrap = _begin(call);
    }

    private void End()
    {
        _noise?.Dispose();
        _noise = null;
        _bootstrap = null;
    }

    private void Add(Tensor sum, SamplerCall call, Tensor latents, int index)
    {
        using var scope = TensorScope.Enter();
        LatentWindow window = _windows[index];
        Tensor own = window.Of(latents).IndexSelect(0, _rows.PictureOfRow);
        if (_bootstrap is { } bootstrap && call.Index < bootstrap.Steps)
        {
            Tensor inside = window.Of(_rows.Inside);
            own = (own * inside) + (Outside(call, bootstrap, window, (call.Index * _windows.Count) + index) * (1 - inside));
        }
        Tensor? noise = call.Noise is { } drawn ? window.Of(drawn).IndexSelect(0, _rows.PictureOfRow) : null;
        Tensor next = call.Scheduler.Step(_guidance.Predict(call, own), call.Index, own, SolverState.Start, noise).Latents;
        window.Of(sum).AddInPlace(_rows.SumByPicture(next * window.Of(_rows.Weights)));
    }

    // The picked colours, as noisy as the latents are and on the solver's scale.
    private Tensor Outside(SamplerCall call, Bootstrap bootstrap, LatentWindow window, int pick)
    {
        NoiseLevel level = NoiseLevel.FromRatio(call.Scheduler.Sigma(call.Index));
        Tensor colours = bootstrap.Backgrounds.IndexSelect(0, bootstrap.Picks.Select(0, pick));
        Tensor noise = window.Of(_noise!).IndexSelect(0, _rows.PictureOfRow);
        Tensor unit = call.Scheduler.ScaleInput(Tensor.Ones([1], colours.DType, colours.Device), call.Index);
        return ((colours * level.Alpha) + (noise * level.Sigma)) / unit;
    }
}
