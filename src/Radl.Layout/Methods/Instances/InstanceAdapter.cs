using Radl.Torch;

namespace Radl.Layout.Methods.Instances;

/// <summary>An adapter with one layer for each of the text cross-attentions that it takes over: RaDL and MIGC.</summary>
public abstract class InstanceAdapter : LayoutAdapter
{
    private readonly Dictionary<string, InstanceLayer> _layers;

    // Takes over the weights; frees them where they do not fit.
    private protected InstanceAdapter(Weights weights, InstanceConfig config, Func<IEnumerable<InstanceLayer>> layers, Func<string, bool>? ignore)
        : base(weights)
    {
        config.Check();
        try
        {
            _layers = layers().ToDictionary(layer => layer.Site.Name, StringComparer.Ordinal);
            weights.Finish(ignore);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public abstract override InstanceConfig Config { get; }

    /// <inheritdoc/>
    public override BoundLayout Bind(LayoutConditions conditions, LayoutBinding? binding = null)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return new BoundLayout(this, conditions, binding ?? new LayoutBinding());
    }

    internal InstanceLayer? LayerAt(string site) => _layers.GetValueOrDefault(site);
}
