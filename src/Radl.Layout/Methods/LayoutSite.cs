using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;

namespace Radl.Layout.Methods;

/// <summary>One text cross-attention that an adapter takes over.</summary>
/// <param name="Name">Its place in the U-Net, e.g. <c>mid_block.attentions.0.transformer_blocks.0.attn2</c>.</param>
/// <param name="Channels">Width of its image tokens.</param>
/// <param name="Heads">Its heads; the adapter's attentions have as many.</param>
public record LayoutSite(string Name, long Channels, int Heads)
{
    // The mid block and all attentions of the lowest up block that has some, each with how much coarser than the latents its grid is.
    internal static IEnumerable<(LayoutSite Site, int Scale)> Lowest(UNet2DCondition unet)
    {
        int levels = unet.Config.BlockOutChannels.Count;
        int up = unet.Config.UpBlockTypes.ToList().IndexOf("CrossAttnUpBlock2D");
        foreach (AttentionSite site in unet.Sites)
        {
            bool mid = site.Name.StartsWith("mid_block.", StringComparison.Ordinal);
            if (mid || (up >= 0 && site.Name.StartsWith($"up_blocks.{up}.", StringComparison.Ordinal)))
            {
                yield return (new LayoutSite(site.Name, site.Attention.Width, site.Attention.Heads), 1 << (mid ? levels - 1 : levels - 1 - up));
            }
        }
    }
}
