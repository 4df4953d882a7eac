using Radl.Diffusion.Attention;
using Radl.Layout.Methods.Instances;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>RaDL at one text cross-attention: the instances' attributes are enhanced, and the verbs are a phase of the fusion.</summary>
internal sealed class RadlLayer : InstanceLayer
{
    private readonly RadlConfig _config;
    private readonly AttributeEnhancement? _enhancement;
    private readonly RelationAttention? _relation;
    private readonly Tensor? _gate;

    /// <summary>Takes the layer's parameters: <c>norm</c>, <c>ae</c>, <c>ea</c>, <c>pos_net</c>, <c>la</c>, <c>vca.vca</c>, <c>sac</c>, without those that the config turns off.</summary>
    /// <param name="weights">The layer's place, <c>SITE.radl</c>.</param>
    /// <param name="site">Its site.</param>
    /// <param name="config">The adapter's config.</param>
    // The order of the arguments is the order in which a seed makes the parts.
    public RadlLayer(Weights weights, RadlSiteConfig site, RadlConfig config)
        : this(
            site,
            config,
            new LayerNorm(weights / "norm", site.Channels),
            config.AttributeEnhancement ? new AttributeEnhancement(weights / "ae", site, config) : null,
            new InstanceAttention(weights, site, config),
            config.LayoutAttention ? new LayoutAttention(weights / "la", site) : null,
            config.Relation == RelationMode.Dropped ? null : new RelationAttention(weights / "vca", site, config.ContextWidth),
            new SemanticInstanceFusion(weights / "sac", site, config),
            config.Gate ? weights.Take("gate", Init.Zeros, 1) : null)
    {
    }

    private RadlLayer(
        RadlSiteConfig site,
        RadlConfig config,
        LayerNorm norm,
        AttributeEnhancement? enhancement,
        InstanceAttention instances,
        LayoutAttention? layout,
        RelationAttention? relation,
        SemanticInstanceFusion fusion,
        Tensor? gate)
        : base(site, norm, instances, layout, fusion)
    {
        _config = config;
        _enhancement = enhancement;
        _relation = relation;
        _gate = gate;
    }

    /// <inheritdoc/>
    protected override Tensor? BindQuery(RegionGrid grid) => _enhancement?.BindQuery(grid);

    /// <inheritdoc/>
    protected override BoundContext BindInstances(BoundContext context) => _enhancement is null ? context : context with { Tokens = _enhancement.Fold(context.Tokens) };

    /// <inheritdoc/>
    protected override FoldedContext? BindRelation(LayoutConditions conditions, SceneBatch batch, PhaseGrid grid)
    {
        if (_relation is null || (_config.Relation != RelationMode.Outside && !grid.Plan.HasRelation))
        {
            return null;
        }
        Tensor verbs = conditions.Verbs!;
        if (!batch.AllActive)
        {
            verbs = verbs.IndexSelect(0, Tensor.From(Array.ConvertAll(batch.ActiveScenes, b => (long)b)).To(verbs.Device));
        }
        return _relation.Bind(verbs);
    }

    /// <inheritdoc/>
    protected override Tensor Enhance(Tensor own, Tensor normalised, Tensor labels, BoundInstances active, LayoutTrace? trace)
    {
        if (_enhancement is null)
        {
            return base.Enhance(own, normalised, labels, active, trace);
        }
        RegionGrid grid = active.Phases.Regions;
        if (trace is not null)
        {
            trace.Query = _enhancement.QueryOn(grid.Height, grid.Width);
        }
        Tensor disentangled = _config.AttributeSource == AttributeSource.Disentangled ? labels * grid.Mask : labels;
        return _enhancement.Forward(active.Query!, own, normalised, disentangled, grid, trace);
    }

    /// <inheritdoc/>
    protected override Tensor? Relate(Tensor normalised, BoundInstances active, SceneBatch batch, LayoutAttentionMaps? maps) => active.Verbs is null
        ? null
        : RelationAttention.Forward(normalised, active.Verbs, active.Phases.Regions.Total, maps is null ? null : heat => maps.AddVerbs(Site.Name, heat, batch, active.Phases));

    /// <inheritdoc/>
    protected override Tensor Finish(Tensor fused, Tensor? relation, Tensor prompts, Tensor labels, BoundInstances active)
    {
        if (_config.Relation == RelationMode.Outside)
        {
            fused += relation!;
        }
        if (_gate is not null)
        {
            fused = prompts + ((fused - prompts) * _gate.Tanh());
        }
        return fused;
    }
}
