using Radl.Layout.Methods.Instances;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Migc;

/// <summary>MIGC++ at one text cross-attention: refined shader + tanh(gamma) fusion of [EA_1 .. EA_N, LA].</summary>
/// <remarks>
/// The refined shader is <see cref="NaiveFuser"/>: it holds the texts, so the fusion need not. The fusion has neither the background nor masks, and its maps are one
/// product each (<see cref="PlainPhaseMaps"/>). Gamma begins at 0: a fresh layer is the refined shader alone.
/// </remarks>
internal sealed class MigcPlusLayer(Weights weights, LayoutSite site, MigcConfig config) : InstanceLayer(
    site,
    new LayerNorm(weights / "norm", site.Channels),
    new InstanceAttention(weights, site, config),
    new LayoutAttention(weights / "la", site),
    new SemanticInstanceFusion(weights / "sac", site, config))
{
    private readonly Tensor _gamma = weights.Take("gamma", Init.Zeros, 1);
    private readonly double _scale = config.GammaScale;

    /// <inheritdoc/>
    protected override FuserWeights BindFuser(SceneBatch batch, RegionGrid grid) => NaiveFuser.Weigh(batch, grid);

    /// <inheritdoc/>
    protected override Tensor Shade(Tensor labels, Tensor instance, RegionGrid grid) => instance * grid.InstanceMask;

    /// <inheritdoc/>
    protected override Tensor Finish(Tensor fused, Tensor? relation, Tensor prompts, Tensor labels, BoundInstances active) =>
        NaiveFuser.Blend(prompts, labels, active.Fuser!, active.Phases.Regions) + (fused * (_gamma.Tanh() * _scale));
}
