using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Instances;

/// <summary>One text cross-attention under control: disentangle, attend to the instances, attend to the layout, fuse. As it stands this is MIGC; RaDL adds to it.</summary>
internal abstract class InstanceLayer
{
    private readonly LayerNorm _norm;
    private readonly InstanceAttention _instances;
    private readonly LayoutAttention? _layout;
    private readonly SemanticInstanceFusion _fusion;

    protected InstanceLayer(LayoutSite site, LayerNorm norm, InstanceAttention instances, LayoutAttention? layout, SemanticInstanceFusion fusion)
    {
        Site = site;
        _norm = norm;
        _instances = instances;
        _layout = layout;
        _fusion = fusion;
    }

    /// <summary>Where the layer stands.</summary>
    public LayoutSite Site { get; }

    /// <summary>Computes what does not change over the steps.</summary>
    public BoundLayer Bind(CrossAttention attention, LayoutConditions conditions, SceneBatch batch, PhaseGrid? grid)
    {
        using var scope = TensorScope.Enter();
        KeysValues prompts = attention.Bind(batch.RowTexts(conditions)).Keep();
        if (grid is null)
        {
            return new BoundLayer(prompts);
        }
        return new BoundLayer(prompts)
        {
            Active = new BoundInstances(
                grid,
                attention.Bind(conditions.Labels).Keep(),
                BindRelation(conditions, batch, grid)?.Keep(),
                BindInstances(_instances.Bind(conditions)),
                BindQuery(grid.Regions),
                _layout?.Bind(),
                _fusion.Bind(grid))
            {
                Fuser = BindFuser(batch, grid.Regions),
            }.Keep(),
        };
    }

    /// <summary>What replaces the text cross-attention's output.</summary>
    /// <param name="attention">The frozen attention.</param>
    /// <param name="hidden">[rows, pixels, C], unconditional rows first.</param>
    /// <param name="bound">The layer's constants.</param>
    /// <param name="batch">Rows and scenes.</param>
    /// <param name="orders">Gives the call an order of the fusion's slots, or null.</param>
    /// <param name="maps">Receives fusion weights and verb attention, or null.</param>
    /// <param name="trace">Receives everything in between, or null.</param>
    /// <returns>[rows, pixels, C].</returns>
    public Tensor Forward(CrossAttention attention, Tensor hidden, BoundLayer bound, SceneBatch batch, FusionOrders? orders, LayoutAttentionMaps? maps, LayoutTrace? trace)
    {
        if (bound.Active is not { } active)
        {
            return MultiInstanceDisentanglement.Prompts(attention, hidden, bound.Prompts);
        }
        PhaseGrid phases = active.Phases;
        RegionGrid grid = phases.Regions;
        (Tensor prompts, Tensor labels) = MultiInstanceDisentanglement.Forward(attention, hidden, bound.Prompts, active.Labels, grid);
        Tensor x = batch.ActiveRows(hidden);
        Tensor normalised = _norm.Forward(x);

        Tensor own = normalised.Reshape(-1, Site.Channels).IndexSelect(0, grid.Rows).Reshape(-1, grid.PixelsPerInstance, Site.Channels);
        Tensor enhanced = Enhance(own, normalised, labels, active, trace);
        Tensor instance = InstanceAttention.Forward(enhanced, active.Instances, trace);
        Tensor instances = Shade(labels, instance, grid);
        Tensor? background = phases.Plan.HasBackground ? batch.ActiveRows(prompts) * grid.Background : null;
        Tensor? layout = _layout?.Forward(x, active.Layout!, phases.Pairs!);
        Tensor? relation = Relate(normalised, active, batch, maps);

        var full = new List<Tensor>(3);
        if (background is not null)
        {
            full.Add(background);
        }
        if (layout is not null)
        {
            full.Add(layout);
        }
        if (relation is not null && phases.Plan.HasRelation)
        {
            full.Add(relation);
        }
        (Tensor fused, Tensor weights) = _fusion.Forward([.. full], instances, active.Fusion, phases, orders?.Next(hidden.Device), trace);
        maps?.AddWeights(Site.Name, weights, batch, phases);
        if (trace is not null)
        {
            trace.Masks = grid.Masks.Detach();
            trace.Background = grid.Background.Detach();
            trace.Total = grid.Total.Detach();
            trace.Normalised = normalised;
            trace.OpenKeys = (grid.ClosedKeys ?? grid.Mask.ZerosLike()).Eq(0).To(DType.UInt8).Reshape(-1, grid.PixelsPerInstance);
            trace.PromptAttention = batch.ActiveRows(prompts);
            trace.LabelAttention = labels;
            trace.InstanceAttention = instance;
            trace.Instances = instances;
            trace.BackgroundPhase = background;
            trace.Layout = layout;
            trace.Relation = relation;
            trace.Fused = fused;
        }
        return batch.Assemble(prompts, Finish(fused, relation, batch.ActiveRows(prompts), labels, active));
    }

    /// <summary>What the enhancement keeps over the steps; null without one.</summary>
    protected virtual Tensor? BindQuery(RegionGrid grid) => null;

    /// <summary>The instances' contexts, for what <see cref="Enhance"/> gives.</summary>
    /// <param name="context">For the normalised image.</param>
    protected virtual BoundContext BindInstances(BoundContext context) => context;

    /// <summary>The relation's text; null where no relation runs.</summary>
    protected virtual FoldedContext? BindRelation(LayoutConditions conditions, SceneBatch batch, PhaseGrid grid) => null;

    /// <summary>Weights of the fuser without parameters; null where it takes no part.</summary>
    protected virtual FuserWeights? BindFuser(SceneBatch batch, RegionGrid grid) => null;

    /// <summary>The instance attention's input, [S, L, C], or as wide as the contexts of <see cref="BindInstances"/>.</summary>
    /// <param name="own">The normalised image at the instances' pixels, [S, L, C].</param>
    /// <param name="normalised">The normalised image, [A, pixels, C].</param>
    /// <param name="labels">Text cross-attention of each instance with its label, not yet masked, [S, L, C].</param>
    /// <param name="active">The layer's constants.</param>
    /// <param name="trace">Receives what is computed on the way and the enhanced image, [S, L, C], or null.</param>
    protected virtual Tensor Enhance(Tensor own, Tensor normalised, Tensor labels, BoundInstances active, LayoutTrace? trace)
    {
        if (trace is not null)
        {
            trace.Enhanced = own;
        }
        return own;
    }

    /// <summary>The instance phases, [S, L, C]: S_k = R_k M_k + I_k M_k, each with its strength.</summary>
    /// <param name="labels">R_k, [S, L, C].</param>
    /// <param name="instance">I_k, [S, L, C].</param>
    /// <param name="grid">The masks.</param>
    protected virtual Tensor Shade(Tensor labels, Tensor instance, RegionGrid grid) => (labels * grid.TextMask).Addcmul(instance, grid.InstanceMask);

    /// <summary>The relation's features, [A, pixels, C]; null where no relation runs.</summary>
    protected virtual Tensor? Relate(Tensor normalised, BoundInstances active, SceneBatch batch, LayoutAttentionMaps? maps) => null;

    /// <summary>What is done to the fused features, [A, pixels, C].</summary>
    /// <param name="fused">The fusion's result.</param>
    /// <param name="relation">From <see cref="Relate"/>.</param>
    /// <param name="prompts">R_0: the active scenes with their prompts, [A, pixels, C].</param>
    /// <param name="labels">R_k: the instances with their labels, not yet masked, [S, L, C].</param>
    /// <param name="active">The layer's constants.</param>
    protected virtual Tensor Finish(Tensor fused, Tensor? relation, Tensor prompts, Tensor labels, BoundInstances active) => fused;
}
