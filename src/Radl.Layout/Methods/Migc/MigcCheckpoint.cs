using System.Text.RegularExpressions;

namespace Radl.Layout.Methods.Migc;

/// <summary>The names of MIGC's published weights. They count blocks as the original Stable Diffusion code does; we as diffusers does.</summary>
public static partial class MigcCheckpoint
{
    /// <summary>
    /// Our name of a stored tensor: <c>model.diffusion_model.middle_block.1.….migc.KEY</c> is the mid block's,
    /// <c>model.diffusion_model.output_blocks.N.….migc.KEY</c> is of up block N / 3, attention N % 3. Names that are already
    /// ours (<c>UNET_PATH.attn2.migc.KEY</c>, or with <c>processor</c> before <c>migc</c>) keep their place.
    /// </summary>
    /// <param name="stored">The name in the file.</param>
    /// <returns>Our name; null for a tensor that is not MIGC's.</returns>
    public static string? Rename(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (Original().Match(stored) is { Success: true } original)
        {
            // As in the reference only the block counts, and what follows "migc".
            int number = original.Groups["number"].Success ? int.Parse(original.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture) : -1;
            string block = number < 0 ? "mid_block.attentions.0" : FormattableString.Invariant($"up_blocks.{number / 3}.attentions.{number % 3}");
            return $"{block}.transformer_blocks.0.attn2.migc.{original.Groups["key"].Value}";
        }
        return Diffusers().Match(stored) is { Success: true } diffusers
            ? $"{diffusers.Groups["site"].Value}.migc.{diffusers.Groups["key"].Value}"
            : null;
    }

    [GeneratedRegex(@"^model\.diffusion_model\.(middle_block|output_blocks\.(?<number>\d{1,2}))\..*?migc\.(?<key>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Original();

    [GeneratedRegex(@"^(?<site>(mid_block|(up|down)_blocks\.\d+)\..*\.attn2)(\.processor)?\.migc\.(?<key>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Diffusers();
}
