using System.Globalization;
using System.Text.RegularExpressions;

namespace Radl.Layout.Methods;

/// <summary>
/// Names of an adapter's published weights. The methods' own codes count blocks as the original Stable Diffusion code does; we as diffusers does.
/// </summary>
internal static partial class PublishedNames
{
    /// <summary>Our name of a stored tensor, <c>SITE.METHOD.KEY</c>; null for one that is not the method's.</summary>
    /// <param name="stored">The name in the file.</param>
    /// <param name="method">E.g. <c>migc</c>, the segment before the key.</param>
    public static string? Rename(string stored, string method)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (Original().Match(stored) is { Success: true } original && original.Groups["method"].Value == method)
        {
            // As in the references only the block counts, and what follows the method's name.
            string block = original.Groups["number"] is { Success: true, Value: var text } && int.Parse(text, CultureInfo.InvariantCulture) is var number
                ? FormattableString.Invariant($"up_blocks.{number / 3}.attentions.{number % 3}")
                : "mid_block.attentions.0";
            return $"{block}.transformer_blocks.0.attn2.{method}.{original.Groups["key"].Value}";
        }
        return Diffusers().Match(stored) is { Success: true } diffusers && diffusers.Groups["method"].Value == method
            ? $"{diffusers.Groups["site"].Value}.{method}.{diffusers.Groups["key"].Value}"
            : null;
    }

    [GeneratedRegex(@"^model\.diffusion_model\.(middle_block|output_blocks\.(?<number>\d{1,2}))\..*?(?<method>migc|radl)\.(?<key>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Original();

    [GeneratedRegex(@"^(?<site>(mid_block|(up|down)_blocks\.\d+)\..*\.attn2)(\.processor)?\.(?<method>migc|radl)\.(?<key>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Diffusers();
}
