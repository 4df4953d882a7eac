using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;
using Radl.Training.Config;

namespace Radl.Training.Stages.Adapter;

/// <summary>The adapter that a config names, fresh or as the model folder has it. RaDL and MIGC have the same sites and widths, so that they compare; GLIGEN is in every block.</summary>
internal static class TrainedAdapter
{
    private const int PositionHidden = 256;
    private const int GateReduction = 8;

    /// <summary>Where a model keeps the config's adapter.</summary>
    public static string FolderOf(TrainingConfig config) => Path.Combine(config.Model, "adapters", config.Adapter.Length > 0 ? config.Adapter : config.Method);

    /// <summary>Makes or opens it; the caller disposes it.</summary>
    /// <exception cref="NotSupportedException">The method is not known.</exception>
    /// <exception cref="InvalidDataException">The folder's adapter is broken or of another method.</exception>
    public static LayoutAdapter Of(TrainingConfig config, UNet2DCondition unet, DType dtype, Device device) => config.Continue
        ? Opened(config, dtype, device)
        : config.Method switch
        {
            LayoutMethods.Radl => RadlAdapter.Create(config.Radl ?? Radl(unet), config.Seed, dtype, device),
            LayoutMethods.Migc => MigcAdapter.Create(config.Migc ?? Migc(unet), config.Seed, dtype, device),
            LayoutMethods.Gligen => GligenAdapter.Create(config.Gligen ?? (GligenConfig.For(unet) with { PositionHidden = PositionHidden }), config.Seed, dtype, device),
            _ => throw new NotSupportedException($"adapter method '{config.Method}' is not known: {LayoutMethods.Radl}, {LayoutMethods.Migc} and {LayoutMethods.Gligen} are"),
        };

    private static LayoutAdapter Opened(TrainingConfig config, DType dtype, Device device)
    {
        LayoutAdapter adapter = LayoutAdapter.Open(FolderOf(config), dtype, device, trainable: true);
        if (adapter.Config.ModelType != config.Method)
        {
            adapter.Dispose();
            throw new InvalidDataException($"{FolderOf(config)}: the adapter is one of method '{adapter.Config.ModelType}', the config's is '{config.Method}'");
        }
        return adapter;
    }

    private static RadlConfig Radl(UNet2DCondition unet) => new()
    {
        ContextWidth = unet.Config.CrossAttentionDim,
        PositionHidden = PositionHidden,
        GateReduction = GateReduction,
        Sites = [.. SitesOf(unet).Select(pair => new RadlSiteConfig(pair.Site.Name, pair.Site.Channels, pair.Site.Heads, pair.Side, pair.Side))],
    };

    private static MigcConfig Migc(UNet2DCondition unet) => new()
    {
        ContextWidth = unet.Config.CrossAttentionDim,
        PositionHidden = PositionHidden,
        GateReduction = GateReduction,
        Sites = [.. SitesOf(unet).Select(pair => pair.Site)],
    };

    // As in the papers: the bottleneck and the up blocks one level above it, with the sides of their grids.
    private static IEnumerable<(LayoutSite Site, int Side)> SitesOf(UNet2DCondition unet)
    {
        int bottleneck = unet.Config.SampleSize >> (unet.Config.BlockOutChannels.Count - 1);
        return
            from site in unet.Sites
            let isMid = site.Name.StartsWith("mid_block", StringComparison.Ordinal)
            where isMid || site.Name.StartsWith("up_blocks.1", StringComparison.Ordinal)
            select (new LayoutSite(site.Name, site.Attention.Width, site.Attention.Heads), isMid ? bottleneck : bottleneck * 2);
    }
}
