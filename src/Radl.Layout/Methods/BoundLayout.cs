using Radl.Diffusion.Attention;
using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods;

/// <summary>An adapter bound to a batch of scenes: takes over its sites in the U-Net while a picture is made, or in one training step.</summary>
/// <remarks>
/// A site's constants are computed when the U-Net first reaches it, with autograd as it is then, and kept until disposal; no
/// step talks to the host. In training bind anew for every step, since the constants depend on the parameters.
/// </remarks>
public sealed class BoundLayout : IAttentionControl, IDisposable
{
    private readonly LayoutAdapter _adapter;
    private readonly LayoutBinding _binding;
    private readonly LayoutConditions _conditions;
    private readonly SceneBatch _batch;
    private readonly OwnedTensors _owned = new();
    private readonly Dictionary<(int Height, int Width), RegionGrid> _grids = [];
    private readonly Dictionary<(string Site, int Height, int Width), BoundLayer> _layers = [];

    internal BoundLayout(LayoutAdapter adapter, LayoutConditions conditions, LayoutBinding binding)
    {
        conditions.Check(adapter.Config, binding.UnconditionalRows);
        binding.Check(adapter.Config);
        _adapter = adapter;
        _binding = binding;
        _batch = new SceneBatch(conditions, adapter.Config, binding.UnconditionalRows);
        // Aliases of its own, so that the caller may dispose what it passed.
        _conditions = conditions with
        {
            Prompts = Own(conditions.Prompts),
            Negative = conditions.Negative is { } negative ? Own(negative) : null,
            Labels = Own(conditions.Labels),
            Pooled = Own(conditions.Pooled),
            Verbs = conditions.Verbs is { } verbs ? Own(verbs) : null,
            Masks = Own(conditions.Masks),
            Background = Own(conditions.Background),
        };
    }

    /// <summary>Receives what the next site computes on the way; null, the default, records nothing.</summary>
    public LayoutTrace? Trace { get; set; }

    /// <summary>The control of a step, or null once the control steps are over.</summary>
    /// <param name="step">From 0.</param>
    public IAttentionControl? ForStep(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        int last = _adapter.Config.InclusiveSteps ? _binding.ControlSteps : _binding.ControlSteps - 1;
        return step <= last ? this : null;
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
        long[] shape = hidden.Shape;
        if (shape.Length != 3 || shape[0] != _batch.Rows || shape[1] != (long)height * width || shape[2] != layer.Site.Channels)
        {
            throw new ArgumentException(
                $"{site.Name}: image tokens of shape [{string.Join(", ", shape)}] on a {height}x{width} grid; bound are {_batch.Rows} rows of {layer.Site.Channels} channels", nameof(hidden));
        }
        using var scope = TensorScope.Enter();
        BoundLayer bound = LayerFor(layer, site, hidden, height, width);
        Tensor result = layer.Forward(site.Attention, hidden, bound, _batch, _binding.Maps, Trace);
        scope.Return(Trace?.Recorded ?? []);
        return scope.Return(result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BoundLayer layer in _layers.Values)
        {
            layer.Dispose();
        }
        foreach (RegionGrid grid in _grids.Values)
        {
            grid.Dispose();
        }
        _layers.Clear();
        _grids.Clear();
        _batch.Dispose();
        _owned.Dispose();
    }

    private BoundLayer LayerFor(InstanceLayer layer, AttentionSite site, Tensor hidden, int height, int width)
    {
        if (!_layers.TryGetValue((site.Name, height, width), out BoundLayer? bound))
        {
            RegionGrid? grid = _batch.Active == 0 ? null : GridFor(hidden, height, width);
            bound = layer.Bind(site.Attention, _conditions, _batch, grid);
            _layers.Add((site.Name, height, width), bound);
        }
        return bound;
    }

    private RegionGrid GridFor(Tensor hidden, int height, int width)
    {
        if (!_grids.TryGetValue((height, width), out RegionGrid? grid))
        {
            grid = new RegionGrid(_conditions, _batch, _adapter.Config, _binding, height, width, hidden.DType, hidden.Device);
            _grids.Add((height, width), grid);
        }
        return grid;
    }

    private Tensor Own(Tensor tensor) => _owned.Add(tensor.Detach());
}
