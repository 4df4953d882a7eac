using Radl.Layout.Methods.Instances;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Migc;

/// <summary>MIGC at one text cross-attention: enhancement attention, layout attention and shading aggregation, with nothing added.</summary>
/// <remarks>
/// In the paper's words: the enhancement attention (<c>ea</c>, on [pooled label; position]) is <see cref="InstanceAttention"/>, the
/// layout attention (<c>la</c>) <see cref="LayoutAttention"/>, the shading aggregation controller (<c>sac</c>) <see cref="SemanticInstanceFusion"/>.
/// </remarks>
internal sealed class MigcLayer(Weights weights, LayoutSite site, MigcConfig config) : InstanceLayer(
    site,
    new LayerNorm(weights / "norm", site.Channels),
    new InstanceAttention(weights, site, config),
    config.LayoutAttention ? new LayoutAttention(weights / "la", site) : null,
    new SemanticInstanceFusion(weights / "sac", site, config));
