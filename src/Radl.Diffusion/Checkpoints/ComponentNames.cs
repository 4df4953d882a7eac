using System.Text.RegularExpressions;
using Radl.Diffusion.Models;

namespace Radl.Diffusion.Checkpoints;

/// <summary>What stored names mean within one component of a model folder: names of older versions, and constants that are no parameters.</summary>
internal static partial class ComponentNames
{
    /// <summary>Our name of a tensor of <c>unet</c>, <c>vae</c>, <c>text_encoder</c> or <c>clip</c>; null to ignore it.</summary>
    internal static Func<string, string?>? Of(string component) => component switch
    {
        "vae" => Vae,
        "text_encoder" => Text,
        ModelFolder.Clip => stored => IgnoredTensors.IsPositions(stored) ? null : stored,
        _ => null,
    };

    // Before diffusers 0.14 the VAE's attention had other names.
    private static string Vae(string stored) => OldAttention().Match(stored) is { Success: true } old
        ? old.Groups["place"].Value + (old.Groups["layer"].Value switch { "query" => "to_q", "key" => "to_k", "value" => "to_v", _ => "to_out.0" }) + old.Groups["rest"].Value
        : stored;

    private static string? Text(string stored) => IgnoredTensors.IsPositions(stored) ? null : OriginalNames.TextToDiffusers(stored);

    [GeneratedRegex(@"^(?<place>(encoder|decoder)\.mid_block\.attentions\.0\.)(?<layer>query|key|value|proj_attn)(?<rest>\.(weight|bias))\z", RegexOptions.ExplicitCapture)]
    private static partial Regex OldAttention();
}
