using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>RaDL at one text cross-attention: disentangle, enhance, attend to instances and verbs, fuse.</summary>
public sealed class RadlLayer
{
    private readonly RadlConfig _config;
    private readonly LayerNorm _norm;
    private readonly AttributeEnhancement? _enhancement;
    private readonly InstanceAttention _instances;
    private readonly LayoutAttention? _layout;
    private readonly RelationAttention? _relation;
    private readonly SemanticInstanceFusion _fusion;
    private readonly Tensor? _gate;

    /// <summary>Takes the layer's parameters: <c>norm</c>, <c>ae</c>, <c>ea</c>, <c>pos_net</c>, <c>la</c>, <c>vca.vca</c>, <c>sac</c>, without those that the config turns off.</summary>
    /// <param name="weights">The layer's place, <c>SITE.radl</c>.</param>
    /// <param name="site">Its site.</param>
    /// <param name="config">The adapter's config.</param>
    public RadlLayer(Weights weights, RadlSiteConfig site, RadlConfig config)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(config);
        Site = site;
        _config = config;
        _norm = new LayerNorm(weights / "norm", site.Channels);
        _enhancement = config.AttributeEnhancement ? new AttributeEnhancement(weights / "ae", site, config) : null;
        _instances = new InstanceAttention(weights, site, config);
        _layout = config.LayoutAttention ? new LayoutAttention(weights / "la", site) : null;
        _relation = config.Relation == RelationMode.Dropped ? null : new RelationAttention(weights / "vca", site, config.ContextWidth);
        _fusion = new SemanticInstanceFusion(weights / "sac", site, config);
        _gate = config.Gate ? weights.Take("gate", Init.Zeros, 1) : null;
    }

    /// <summary>Where the layer stands.</summary>
    public RadlSiteConfig Site { get; }

    internal BoundLayer Bind(CrossAttention attention, RadlConditions conditions, SceneBatch batch, RegionGrid? grid)
    {
        using var scope = TensorScope.Enter();
        KeysValues prompts = Lay(attention.Bind(RowTexts(conditions, batch)));
        if (grid is null)
        {
            return new BoundLayer(prompts);
        }
        Tensor index = Tensor.From(Array.ConvertAll(batch.ActiveScenes, b => (long)b)).To(conditions.Prompts.Device);
        Tensor verbs = batch.AllActive ? conditions.Verbs : conditions.Verbs.IndexSelect(0, index);
        FoldedContext instances = _instances.Bind(conditions);
        return new BoundLayer(prompts)
        {
            Active = new BoundInstances(
                grid,
                Lay(attention.Bind(conditions.Labels)),
                _relation is null || !RelationRuns(grid) ? null : Lay(_relation.Bind(verbs)),
                instances,
                _enhancement?.BindQuery(grid),
                _fusion.Bind(grid)).Keep(),
        };
    }

    /// <summary>What replaces the text cross-attention's output.</summary>
    /// <param name="attention">The frozen attention.</param>
    /// <param name="hidden">[rows, pixels, C], unconditional rows first.</param>
    /// <param name="bound">The layer's constants.</param>
    /// <param name="batch">Rows and scenes.</param>
    /// <param name="maps">Receives fusion weights and verb attention, or null.</param>
    /// <param name="trace">Receives everything in between, or null.</param>
    /// <returns>[rows, pixels, C].</returns>
    internal Tensor Forward(CrossAttention attention, Tensor hidden, BoundLayer bound, SceneBatch batch, RadlAttentionMaps? maps, RadlTrace? trace)
    {
        if (bound.Active is not { } active)
        {
            return MultiInstanceDisentanglement.Prompts(attention, hidden, bound.Prompts);
        }
        RegionGrid grid = active.Grid;
        (Tensor prompts, Tensor labels) = MultiInstanceDisentanglement.Forward(attention, hidden, bound.Prompts, active.Labels, grid);
        Tensor x = batch.ActiveRows(hidden);
        Tensor normalised = _norm.Forward(x);

        Tensor instance = InstanceFeatures(normalised, labels, active, batch, trace);
        Tensor instances = (labels * grid.TextMask).Addcmul(instance, grid.InstanceMask);
        Tensor background = batch.ActiveRows(prompts) * grid.Background;
        Tensor? layout = _layout?.Forward(x, grid.ClosedPairs!);
        Tensor? relation = active.Verbs is null ? null : _relation!.Forward(normalised, active.Verbs, grid.Total, maps is null ? null : heat => maps.AddVerbs(Site.Name, heat, batch, grid));

        var full = new List<Tensor>(3) { background };
        if (layout is not null)
        {
            full.Add(layout);
        }
        if (relation is not null && grid.Plan.HasRelation)
        {
            full.Add(relation);
        }
        (Tensor fused, Tensor weights) = _fusion.Forward([.. full], instances, active.Fusion, grid, trace);
        maps?.AddWeights(Site.Name, weights, batch, grid);
        if (_config.Relation == RelationMode.Outside)
        {
            fused += relation!;
        }
        if (_gate is not null)
        {
            Tensor plain = batch.ActiveRows(prompts);
            fused = plain + ((fused - plain) * _gate.Tanh());
        }
        if (trace is not null)
        {
            trace.Masks = grid.Masks.Detach();
            trace.Background = grid.Background.Detach();
            trace.Total = grid.Total.Detach();
            trace.Normalised = normalised;
            trace.OpenKeys = (grid.ClosedKeys ?? grid.Mask.ZerosLike()).Eq(0).To(DType.UInt8).Reshape(-1, grid.PixelsPerInstance);
            trace.Query = _enhancement?.QueryOn(grid.Height, grid.Width);
            trace.PromptAttention = batch.ActiveRows(prompts);
            trace.LabelAttention = labels;
            trace.Instances = instances;
            trace.BackgroundPhase = background;
            trace.Layout = layout;
            trace.Relation = relation;
        }
        return batch.Assemble(prompts, fused);
    }

    // I_k, not yet masked.
    private Tensor InstanceFeatures(Tensor normalised, Tensor labels, BoundInstances active, SceneBatch batch, RadlTrace? trace)
    {
        RegionGrid grid = active.Grid;
        long channels = Site.Channels;
        Tensor own = normalised.Reshape(-1, channels).IndexSelect(0, grid.Rows).Reshape(-1, grid.PixelsPerInstance, channels);
        Tensor enhanced = own;
        if (_enhancement is not null)
        {
            Tensor disentangled = _config.AttributeSource == AttributeSource.Disentangled ? labels * grid.Mask : labels;
            enhanced = _enhancement.Forward(active.Query!, own, normalised, disentangled, grid.SceneOfInstance, grid.ClosedKeys, trace);
        }
        Tensor instance = _instances.Forward(enhanced, active.Instances, trace);
        if (trace is not null)
        {
            trace.Enhanced = enhanced;
            trace.InstanceAttention = instance;
        }
        return instance;
    }

    private bool RelationRuns(RegionGrid grid) => _config.Relation == RelationMode.Outside || grid.Plan.HasRelation;

    // The text of every row: the negative prompt for the unconditional ones, then the scenes' prompts.
    private static Tensor RowTexts(RadlConditions conditions, SceneBatch batch)
    {
        if (batch.Unconditional == 0)
        {
            return conditions.Prompts;
        }
        Tensor negative = conditions.Negative!;
        return Tensor.Cat([negative.Size(0) == batch.Unconditional ? negative : negative.Expand(batch.Unconditional, -1, -1), conditions.Prompts], 0);
    }

    // Keys and values are read in every step: laid out once, a product needs no copy of them.
    private static KeysValues Lay(KeysValues context) => context.Contiguous().Keep();
}
