using Radl.Diffusion.Sampling;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Methods.BoxDiff;

/// <summary>BoxDiff (Xie et al. 2023) bound to a batch: before each of the first calls the latents go down the gradient of <see cref="BoxDiffEnergy"/>.</summary>
/// <remarks>
/// The gradient is that with respect to the model's input, and its steps are steps of that input, so that solvers which scale their latents
/// (Euler, LMS) are guided like those that do not. Holds no state between calls.
/// </remarks>
public sealed class BoundBoxDiff : IBoundMethod, ILatentGuidance
{
    private readonly IReadOnlyList<IReadOnlyList<GuidedRegion>> _regions;
    private readonly BoxDiffOptions _options;
    private readonly ConditionalPass _pass;
    private readonly int[] _images;

    /// <summary>Binds.</summary>
    /// <param name="unet">The model; the caller keeps it alive.</param>
    /// <param name="conditional">Hidden states of the prompts, [images, tokens, width], in the U-Net's type; the caller may dispose them.</param>
    /// <param name="regions">Per image, the words to place: one token each is usual. An image without regions is left as it is.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option, a box or a token is out of range.</exception>
    public BoundBoxDiff(UNet2DCondition unet, Tensor conditional, IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, BoxDiffOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(conditional);
        _options = options ?? new BoxDiffOptions();
        _options.Validate();
        GuidedRegion.Check(regions, conditional.Size(0), 1, conditional.Size(1) - 1);
        _regions = regions;
        _images = [.. Enumerable.Range(0, regions.Count).Where(image => regions[image].Count > 0)];
        _pass = new ConditionalPass(unet, conditional, SiteScales.At(unet, _options.GridScale ?? SiteScales.DeepestDown(unet)), _options.Checkpoint);
    }

    /// <inheritdoc/>
    public ILatentGuidance Guidance => this;

    /// <summary>Told of every move, or null.</summary>
    public Action<GuidanceUpdate>? Observer { get; set; }

    /// <inheritdoc/>
    public Tensor Move(SamplerCall call, Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(latents);
        if (_images.Length == 0 || call.Index >= _options.GuidedCalls(call.Total))
        {
            return latents;
        }
        using var scope = TensorScope.Enter();
        double fallen = call.Total == 1 ? 0 : (double)call.Index / (call.Total - 1);
        double step = _options.StepSize * Math.Sqrt(1 + ((_options.LastStepShare - 1) * fallen)) * ConditionalPass.Stretch(call);
        double refineAbove = _options.Refinement?.TryGetValue(call.Index, out double threshold) is true ? 1 - threshold : double.PositiveInfinity;
        Tensor moved = latents;
        var turn = new Turn(0, _images, refineAbove, null);
        // An image that is refined goes on; one that is not makes its one step and leaves.
        while (turn.Images.Length > 0)
        {
            Tensor gradient = _pass.Gradient(call, moved, turn.Images, maps => Energy(maps, turn));
            moved = ConditionalPass.Descend(moved, turn.Images, gradient, step);
            Observer?.Invoke(new GuidanceUpdate(call.Index, turn.Images, turn.Energies, gradient, moved));
            turn = new Turn(turn.Number + 1, [.. turn.Refined], refineAbove, turn.StillAbove);
        }
        return scope.Return(moved);
    }

    /// <inheritdoc/>
    public void Dispose() => _pass.Dispose();

    // Which energy each image follows is decided by its inner terms, so it is decided here, inside the pass.
    private Tensor Energy(IReadOnlyList<SiteAttention> sites, Turn turn)
    {
        using var scope = TensorScope.Enter();
        Tensor sum = sites.Select(site => site.Probabilities.To(DType.Float32).Mean([1])).Aggregate((a, b) => a + b);
        var energy = new BoxDiffEnergy([.. turn.Images.Select(image => _regions[image])], sites[0].Height, sites[0].Width, _options);
        BoxDiffTerms terms = energy.Evaluate(sum * (1.0 / sites.Count));
        Tensor inner = terms.Inner();
        Tensor whole = terms.Whole();
        double[] innerValues = inner.ToArray<double>();
        double[] wholeValues = whole.ToArray<double>();
        var ofInner = new float[energy.Count];
        var ofWhole = new float[energy.Count];
        for (int row = 0; row < turn.Images.Length; row++)
        {
            int[] own = [.. Enumerable.Range(0, energy.Count).Where(term => energy.RowOf(term) == row)];
            int worst = own.MaxBy(term => innerValues[term]);
            if (turn.Refines(row, innerValues[worst], _options.RefinementTurns))
            {
                ofInner[worst] = 1;
                turn.Energies.Add(innerValues[worst]);
                continue;
            }
            bool innerOnly = turn.Number > 0 && _options.InnerAfterRefinement;
            foreach (int term in own)
            {
                (innerOnly ? ofInner : ofWhole)[term] = 1;
            }
            turn.Energies.Add(own.Sum(term => (innerOnly ? innerValues : wholeValues)[term]));
        }
        Device device = inner.Device;
        return scope.Return(((inner * Tensor.From(ofInner).To(device)) + (whole * Tensor.From(ofWhole).To(device))).Sum());
    }

    // One pass of a refinement, or the only one. As in the reference an energy decides on the pass after its own; the first decides on itself too.
    private sealed record Turn(int Number, int[] Images, double RefineAbove, IReadOnlySet<int>? AboveBefore)
    {
        public List<int> Refined { get; } = [];

        public HashSet<int> StillAbove { get; } = [];

        public List<double> Energies { get; } = [];

        public bool Refines(int row, double worst, int turns)
        {
            int image = Images[row];
            bool above = worst > RefineAbove;
            if (Number >= turns || !(AboveBefore?.Contains(image) ?? above))
            {
                return false;
            }
            Refined.Add(image);
            if (above)
            {
                StillAbove.Add(image);
            }
            return true;
        }
    }
}
