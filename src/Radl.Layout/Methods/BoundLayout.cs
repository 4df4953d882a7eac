using Radl.Diffusion.Attention;
using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>An adapter bound to a batch of scenes: takes over its sites in the U-Net while a picture is made, or in one training step.</summary>
/// <remarks>
/// A site's constants are computed when the U-Net first reaches it, with autograd as it is then, and kept until disposal; no
/// step talks to the host. In training bind anew for every step, since the constants depend on the parameters.
/// </remarks>
public sealed class BoundLayout : IAttentionControl, IBoundMethod
{
    private readonly InstanceAdapter _adapter;
    private readonly LayoutBinding _binding;
    private readonly LayoutConditions _conditions;
    private readonly SceneBatch _batch;
    private readonly OwnedTensors _owned = new();
    private readonly Dictionary<(int Height, int Width), RegionGrid> _regions = [];
    private readonly Dictionary<(int Height, int Width), PhaseGrid> _phases = [];
    private readonly Dictionary<(string Site, int Height, int Width), BoundLayer> _layers = [];
    private readonly Dictionary<(string Site, int Height, int Width), BoundFuser> _fusers = [];
    private readonly Dictionary<(int Height, int Width), NegativeGrid?> _negatives = [];
    private readonly Dictionary<(string Site, int Height, int Width), KeysValues> _negativeTexts = [];
    private FusionOrders? _orders;

    internal BoundLayout(InstanceAdapter adapter, LayoutConditions conditions, LayoutBinding binding)
    {
        conditions.Check(adapter.Needs, binding.UnconditionalRows);
        binding.Check(adapter.Config);
        _adapter = adapter;
        _binding = binding;
        _batch = new SceneBatch(conditions, adapter.Config, binding.UnconditionalRows);
        // Aliases of its own, so that the caller may dispose what it passed.
        _conditions = conditions with
        {
            Prompts = Own(conditions.Prompts),
            Negative = conditions.Negative is { } negative ? Own(negative) : null,
            InstanceNegatives = conditions.InstanceNegatives is { } negatives ? Own(negatives) : null,
            Labels = Own(conditions.Labels),
            Pooled = Own(conditions.Pooled),
            Verbs = conditions.Verbs is { } verbs ? Own(verbs) : null,
            Masks = Own(conditions.Masks),
            Background = Own(conditions.Background),
        };
    }

    /// <summary>Receives what the next layer computes on the way; null, the default, records nothing.</summary>
    public LayoutTrace? Trace { get; set; }

    /// <summary>Starts a batch of pictures; their seeds give the order of the fusion's slots where the adapter's config has it drawn.</summary>
    /// <param name="seeds">Of the pictures, one each.</param>
    /// <exception cref="ArgumentException">Not one seed per scene.</exception>
    public void Begin(IReadOnlyList<ulong> seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (seeds.Count != _batch.Scenes)
        {
            throw new ArgumentException($"{seeds.Count} seeds for {_batch.Scenes} scenes", nameof(seeds));
        }
        _orders?.Dispose();
        _orders = _adapter.Config.FusionSlots == FusionSlots.Drawn && _binding.Permutation is null
            ? new FusionOrders(_batch.ActiveScenes.Select(scene => seeds[scene]), _adapter.Config)
            : null;
    }

    /// <summary>The control of a step, or null once the control steps are over.</summary>
    /// <param name="step">From 0.</param>
    public IAttentionControl? ForStep(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        bool layers = IsWithin(step, _binding.ControlSteps);
        bool fuser = FuserSteps is { } steps && IsWithin(step, steps);
        return fuser ? new WithFuser(this, layers) : layers ? this : null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows or channels of <paramref name="hidden"/> are not those that were bound.</exception>
    public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(hidden);
        if (_adapter.LayerAt(site.Name) is not { } layer)
        {
            return null;
        }
        Check(site, hidden, height, width, layer.Site.Channels);
        using var scope = TensorScope.Enter();
        BoundLayer bound = LayerFor(layer, site, hidden, height, width);
        Tensor result = layer.Forward(site.Attention, hidden, bound, _batch, _orders, _binding.Maps, Trace);
        result = WithNegatives(site, hidden, result, height, width);
        scope.Return(Trace?.Recorded ?? []);
        return scope.Return(result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeAll(_layers.Values);
        DisposeAll(_fusers.Values);
        DisposeAll(_negativeTexts.Values);
        DisposeAll(_negatives.Values.OfType<NegativeGrid>());
        DisposeAll(_phases.Values);
        DisposeAll(_regions.Values);
        _layers.Clear();
        _fusers.Clear();
        _negativeTexts.Clear();
        _negatives.Clear();
        _orders?.Dispose();
        _orders = null;
        _phases.Clear();
        _regions.Clear();
        _batch.Dispose();
        _owned.Dispose();
    }

    private static void DisposeAll(IEnumerable<IDisposable> parts)
    {
        foreach (IDisposable part in parts)
        {
            part.Dispose();
        }
    }

    private int? FuserSteps => _binding.NaiveFuserSteps ?? _adapter.Config.Fuser switch
    {
        FuserUse.ControlSteps => _binding.ControlSteps,
        FuserUse.AllSteps => int.MaxValue,
        _ => null,
    };

    private bool IsWithin(int step, int steps) => _adapter.Config.InclusiveSteps ? step <= steps : step < steps;

    private void Check(AttentionSite site, Tensor hidden, int height, int width, long channels)
    {
        long[] shape = hidden.Shape;
        if (shape.Length != 3 || shape[0] != _batch.Rows || shape[1] != (long)height * width || shape[2] != channels)
        {
            throw new ArgumentException(
                $"{site.Name}: image tokens of shape [{string.Join(", ", shape)}] on a {height}x{width} grid; bound are {_batch.Rows} rows of {channels} channels", nameof(hidden));
        }
    }

    private Tensor? Fuse(AttentionSite site, Tensor hidden, int height, int width)
    {
        if (_batch.Active == 0)
        {
            return null;
        }
        Check(site, hidden, height, width, site.Attention.Width);
        using var scope = TensorScope.Enter();
        if (!_fusers.TryGetValue((site.Name, height, width), out BoundFuser? bound))
        {
            RegionGrid regions = RegionsFor(hidden, height, width);
            using var construction = Construction.Begin();
            bound = construction.Done(NaiveFuser.Bind(site.Attention, _conditions, _batch, regions));
            _fusers.Add((site.Name, height, width), bound);
        }
        return scope.Return(WithNegatives(site, hidden, NaiveFuser.Forward(site.Attention, hidden, bound, _batch), height, width));
    }

    private Tensor WithNegatives(AttentionSite site, Tensor hidden, Tensor result, int height, int width)
    {
        if (_conditions.InstanceNegatives is null || _batch.Active == 0)
        {
            return result;
        }
        if (!_negatives.TryGetValue((height, width), out NegativeGrid? grid))
        {
            grid = NegativeGrid.Of(RegionsFor(hidden, height, width), _batch, _conditions);
            _negatives.Add((height, width), grid);
        }
        if (grid is null)
        {
            return result;
        }
        if (!_negativeTexts.TryGetValue((site.Name, height, width), out KeysValues? texts))
        {
            texts = grid.Bind(site.Attention, _conditions).Keep();
            _negativeTexts.Add((site.Name, height, width), texts);
        }
        return grid.Apply(site.Attention, hidden, texts, result);
    }

    private BoundLayer LayerFor(InstanceLayer layer, AttentionSite site, Tensor hidden, int height, int width)
    {
        if (!_layers.TryGetValue((site.Name, height, width), out BoundLayer? bound))
        {
            PhaseGrid? grid = _batch.Active == 0 ? null : PhasesFor(hidden, height, width, layer.Site.Channels / layer.Site.Heads);
            using var construction = Construction.Begin();
            bound = construction.Done(layer.Bind(site.Attention, _conditions, _batch, grid));
            _layers.Add((site.Name, height, width), bound);
        }
        return bound;
    }

    private PhaseGrid PhasesFor(Tensor hidden, int height, int width, long headWidth)
    {
        if (!_phases.TryGetValue((height, width), out PhaseGrid? grid))
        {
            RegionGrid regions = RegionsFor(hidden, height, width);
            using var construction = Construction.Begin();
            grid = construction.Done(new PhaseGrid(regions, _conditions, _batch, _adapter.Config, _binding, headWidth));
            _phases.Add((height, width), grid);
        }
        return grid;
    }

    private RegionGrid RegionsFor(Tensor hidden, int height, int width)
    {
        if (!_regions.TryGetValue((height, width), out RegionGrid? grid))
        {
            using var construction = Construction.Begin();
            grid = construction.Done(new RegionGrid(_conditions, _batch, _adapter.Config, _binding, height, width, hidden.DType, hidden.Device));
            _regions.Add((height, width), grid);
        }
        return grid;
    }

    private Tensor Own(Tensor tensor) => _owned.Add(tensor.Detach());

    // Wherever no layer acts, the fuser does.
    private sealed class WithFuser(BoundLayout bound, bool layers) : IAttentionControl
    {
        public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width) =>
            (layers ? bound.Attend(site, hidden, height, width) : null) ?? bound.Fuse(site, hidden, height, width);
    }
}
