using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Tests.Shared;

/// <summary>A RaDL adapter for <see cref="TinyDiffusionModel"/> whose every weight acts: one site at 4x4, two at 8x8.</summary>
internal static class TinyRadl
{
    /// <summary>Writes <c>adapters/radl</c> into a model folder.</summary>
    public static void Write(string modelFolder)
    {
        using RadlAdapter adapter = RadlAdapter.Create(
            new RadlConfig
            {
                ContextWidth = TinyDiffusionModel.UNet.CrossAttentionDim,
                PositionHidden = 16,
                GateReduction = 4,
                Sites = [.. TinySites.All().Select(pair => new RadlSiteConfig(pair.Site.Name, pair.Site.Channels, pair.Site.Heads, pair.Side, pair.Side))],
            },
            seed: 4);
        TinySites.Save(adapter, Path.Combine(modelFolder, "adapters", "radl"));
    }
}

/// <summary>A MIGC adapter at the same sites.</summary>
internal static class TinyMigc
{
    /// <summary>Writes <c>adapters/migc</c> into a model folder, or another folder.</summary>
    public static void Write(string modelFolder, string name = "migc")
    {
        using MigcAdapter adapter = MigcAdapter.Create(
            new MigcConfig
            {
                ContextWidth = TinyDiffusionModel.UNet.CrossAttentionDim,
                PositionHidden = 16,
                GateReduction = 4,
                Sites = [.. TinySites.All().Select(pair => pair.Site)],
            },
            seed: 4);
        TinySites.Save(adapter, Path.Combine(modelFolder, "adapters", name));
    }
}

/// <summary>A GLIGEN adapter with a fuser in every block.</summary>
internal static class TinyGligen
{
    /// <summary>Writes <c>adapters/gligen</c> into a model folder.</summary>
    public static void Write(string modelFolder)
    {
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(1)), TinyDiffusionModel.UNet);
        using GligenAdapter adapter = GligenAdapter.Create(GligenConfig.For(unet) with { PositionHidden = 16 }, seed: 4);
        TinySites.Save(adapter, Path.Combine(modelFolder, "adapters", "gligen"));
    }
}

/// <summary>The tiny adapters' sites and weights.</summary>
file static class TinySites
{
    /// <summary>Each site with the side of its grid.</summary>
    public static (LayoutSite Site, int Side)[] All()
    {
        using var scope = TensorScope.Enter();
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(1)), TinyDiffusionModel.UNet);
        int fine = TinyDiffusionModel.UNet.SampleSize;
        return
        [
            .. from site in unet.Sites
               let isMid = site.Name.StartsWith("mid_block", StringComparison.Ordinal)
               where isMid || site.Name.StartsWith("up_blocks.1", StringComparison.Ordinal)
               select (new LayoutSite(site.Name, site.Attention.Width, site.Attention.Heads), isMid ? fine / 2 : fine),
        ];
    }

    /// <summary>Saves an adapter with noise on its weights: some of a fresh one's are zero, and would hide what depends on them.</summary>
    public static void Save(LayoutAdapter adapter, string folder)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(5);
        Dictionary<string, Tensor> weights = adapter.Parameters.ToDictionary(
            entry => entry.Key, entry => entry.Value + (Tensor.Randn(entry.Value.Shape, generator) * 0.1), StringComparer.Ordinal);
        adapter.Save(folder, weights);
    }
}
