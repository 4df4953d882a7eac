using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>A joint of the U-Net: takes over named text cross-attention sites, or adds a step before them.</summary>
public interface IAttentionControl
{
    /// <summary>
    /// A step between a transformer block's self-attention and its text cross-attention, or null for none. What it gives goes on as the block's
    /// state, so it must hold the state it was given, as a residual.
    /// </summary>
    /// <param name="site">The text cross-attention that follows.</param>
    /// <param name="hidden">The block's state after self-attention and its residual, without a norm: [batch, height*width, channels], row-major. It is not the control's to change.</param>
    /// <param name="height">Rows of the site's grid.</param>
    /// <param name="width">Columns of the site's grid.</param>
    /// <returns>[batch, height*width, channels]; or null.</returns>
    Tensor? Before(AttentionSite site, Tensor hidden, int height, int width) => null;

    /// <summary>What replaces the text cross-attention's output at a site, or null to leave the site as it is.</summary>
    /// <param name="site">Where in the U-Net, with the frozen attention that stands there.</param>
    /// <param name="hidden">Its input, after the block's norm2: [batch, height*width, channels], row-major.</param>
    /// <param name="height">Rows of the site's grid.</param>
    /// <param name="width">Columns of the site's grid.</param>
    /// <returns>[batch, height*width, channels], without the residual; or null.</returns>
    Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width);
}

/// <summary>One text cross-attention of the U-Net.</summary>
/// <param name="Name">Its place, e.g. <c>mid_block.attentions.0.transformer_blocks.0.attn2</c>.</param>
/// <param name="Attention">The pretrained attention.</param>
public sealed record AttentionSite(string Name, CrossAttention Attention);
