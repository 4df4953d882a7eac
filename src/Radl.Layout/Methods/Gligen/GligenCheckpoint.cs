using System.Text.RegularExpressions;
using Radl.Diffusion.Checkpoints;
using Radl.Torch;

namespace Radl.Layout.Methods.Gligen;

/// <summary>
/// GLIGEN's published weights for boxes and text: the official checkpoint (a <c>torch.save</c> of a dictionary whose <c>model</c> is the whole
/// U-Net), and the U-Net of its conversions to diffusers' layout.
/// </summary>
public static partial class GligenCheckpoint
{
    private const string Network = "position_net.";
    private const string Gate = ".fuser.alpha_attn";

    // Stable Diffusion 1.x has eight heads everywhere; shapes do not tell.
    private const int Heads = 8;

    /// <summary>What stands in front of the U-Net's names: in the official checkpoint, in one made whole with the rest of Stable Diffusion, in a saved pipeline.</summary>
    private static readonly string[] Prefixes = [OriginalNames.UnetPrefix, "model.", "unet."];

    /// <summary>
    /// Our name of a stored tensor: <c>input_blocks.1.1.….fuser.KEY</c> is <c>down_blocks.0.attentions.0.….fuser.KEY</c>. Names that are already in
    /// diffusers' layout, and those of <c>position_net</c>, keep their place. In front there may be <c>model.</c> (the official
    /// checkpoint), <c>model.diffusion_model.</c> or <c>unet.</c>
    /// </summary>
    /// <param name="stored">The name in the file.</param>
    /// <returns>Our name; null for a tensor that is not GLIGEN's addition, such as the frozen U-Net's.</returns>
    public static string? Rename(string stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        string prefix = Prefixes.FirstOrDefault(prefix => stored.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        string name = stored[prefix.Length..];
        return name.StartsWith(Network, StringComparison.Ordinal) || Diffusers().IsMatch(name) ? name
            : Original().IsMatch(name) ? OriginalNames.UnetToDiffusers(name)
            : null;
    }

    /// <summary>What the adapter is, read off the shapes.</summary>
    /// <exception cref="InvalidDataException">The file holds no weights of GLIGEN, or lacks those that tell its sizes.</exception>
    public static GligenConfig ConfigOf(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in file.Tensors.Values)
        {
            if (Rename(tensor.Name) is { } name)
            {
                shapes[name] = tensor.Shape;
            }
        }
        string[] blocks = [.. shapes.Keys.Where(name => name.EndsWith(Gate, StringComparison.Ordinal)).Select(name => name[..^Gate.Length]).Order(StringComparer.Ordinal)];
        if (blocks.Length == 0)
        {
            throw new InvalidDataException($"{file.Path}: no weights of {LayoutMethods.Gligen}: no tensor's name ends with {Gate}");
        }
        long context = Size("position_net.linears.4.weight", 0);
        return new GligenConfig
        {
            ContextWidth = context,
            PositionHidden = Size("position_net.linears.0.weight", 0),
            FourierFrequencies = checked((int)(Size("position_net.linears.0.weight", 1) - context) / 8),
            Blocks = [.. blocks.Select(block => new GligenBlock(block, Size($"{block}.fuser.norm1.weight", 0), Heads))],
        };

        long Size(string name, int dimension) => shapes.TryGetValue(name, out long[]? shape) && dimension < shape.Length && shape[dimension] is > 0 and <= int.MaxValue
            ? shape[dimension]
            : throw new InvalidDataException($"{file.Path}: no tensor {name}, whose shape tells a size of the adapter; only GLIGEN for boxes and text is read");
    }

    [GeneratedRegex(@"^(mid_block|(up|down)_blocks\.\d+)\.attentions\.\d+\.transformer_blocks\.\d+\.fuser\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Diffusers();

    [GeneratedRegex(@"^(middle_block|(input|output)_blocks\.\d+)\.\d+\.transformer_blocks\.\d+\.fuser\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Original();
}
