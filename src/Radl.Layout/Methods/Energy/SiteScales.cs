using System.Globalization;
using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;

namespace Radl.Layout.Methods.Energy;

/// <summary>How much coarser than the latents the grids of a U-Net's text cross-attentions are.</summary>
internal static class SiteScales
{
    /// <summary>Latents' side divided by the grid's side, a power of 2.</summary>
    public static int Of(UNet2DCondition unet, AttentionSite site)
    {
        int deepest = unet.Config.BlockOutChannels.Count - 1;
        string[] parts = site.Name.Split('.');
        return 1 << parts[0] switch
        {
            "down_blocks" => IndexOf(parts),
            "up_blocks" => deepest - IndexOf(parts),
            _ => deepest,
        };
    }

    /// <summary>The sites of one scale.</summary>
    /// <exception cref="ArgumentException">There are none; the text names the scales that there are.</exception>
    public static IReadOnlyList<AttentionSite> At(UNet2DCondition unet, int scale)
    {
        AttentionSite[] sites = [.. unet.Sites.Where(site => Of(unet, site) == scale)];
        return sites.Length > 0
            ? sites
            : throw new ArgumentException($"GridScale is {scale}; this U-Net attends to text at {string.Join(", ", unet.Sites.Select(site => Of(unet, site)).Distinct().Order())}");
    }

    /// <summary>The scale of the deepest down block that attends to text: 4 in Stable Diffusion, whose grid is 16x16 at 512 pixels.</summary>
    public static int DeepestDown(UNet2DCondition unet) =>
        unet.Sites.Where(site => site.Name.StartsWith("down_blocks.", StringComparison.Ordinal)).Select(site => Of(unet, site)).DefaultIfEmpty(1 << (unet.Config.BlockOutChannels.Count - 1)).Max();

    /// <summary>The mid block and the first up block that attends to text.</summary>
    public static IReadOnlyList<AttentionSite> MidAndFirstUp(UNet2DCondition unet)
    {
        string? up = unet.Sites.Select(site => site.Name).FirstOrDefault(name => name.StartsWith("up_blocks.", StringComparison.Ordinal));
        string block = up is null ? "mid_block." : up[..(up.IndexOf('.', "up_blocks.".Length) + 1)];
        return [.. unet.Sites.Where(site => site.Name.StartsWith("mid_block.", StringComparison.Ordinal) || site.Name.StartsWith(block, StringComparison.Ordinal))];
    }

    private static int IndexOf(string[] parts) => int.Parse(parts[1], CultureInfo.InvariantCulture);
}
