using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods.Migc;

/// <summary>
/// MIGC's published weights (<c>MIGC_SD14.ckpt</c>, and the same in diffusers' names): <c>MODULE.attn2.migc.KEY</c>, without a config; and MIGC++'s,
/// a flat list of <c>MODULE.attn2.processor.migc.KEY</c> with a <c>gamma</c>.
/// </summary>
public static class MigcCheckpoint
{
    /// <summary>
    /// Our name of a stored tensor: <c>model.diffusion_model.middle_block.1.….migc.KEY</c> is the mid block's,
    /// <c>model.diffusion_model.output_blocks.N.….migc.KEY</c> is of up block N / 3, attention N % 3. Names that are already
    /// ours (<c>UNET_PATH.attn2.migc.KEY</c>, or with <c>processor</c> before <c>migc</c>) keep their place.
    /// </summary>
    /// <param name="stored">The name in the file.</param>
    /// <returns>Our name; null for a tensor that is not MIGC's.</returns>
    public static string? Rename(string stored) => PublishedNames.Rename(stored, LayoutMethods.Migc);

    /// <summary>What the adapter is, read off the shapes; the released rule of control steps, which includes the last one.</summary>
    /// <exception cref="InvalidDataException">The file holds no weights of MIGC.</exception>
    public static MigcConfig ConfigOf(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        PublishedSizes sizes = PublishedSizes.Of(file, Rename, LayoutMethods.Migc);
        bool refined = file.Tensors.Values.Any(tensor => Rename(tensor.Name)?.EndsWith(".migc.gamma", StringComparison.Ordinal) is true);
        return new MigcConfig
        {
            Variant = refined ? MigcVariant.PlusPlus : MigcVariant.Original,
            // Its release acts with the refined shader everywhere, in all steps.
            Fuser = refined ? FuserUse.AllSteps : FuserUse.Never,
            MaskBounds = refined ? MaskBounds.LastPixel : MaskBounds.Exact,
            ContextWidth = sizes.ContextWidth,
            Sites = sizes.Sites,
            PositionHidden = sizes.PositionHidden,
            FourierFrequencies = sizes.FourierFrequencies,
            Slots = sizes.Slots,
            GateReduction = sizes.GateReduction,
            InstanceContext = sizes.InstanceContext,
            InclusiveSteps = true,
        };
    }
}
