using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Generation;

/// <summary>From a scene to what an adapter is told.</summary>
internal static class SceneConditions
{
    /// <summary>Conditions of one scene with at least one instance; the current scope owns the tensors.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="prompt">The prompt as it was encoded.</param>
    /// <param name="written">The instances' texts and the negative prompt as they were encoded.</param>
    /// <param name="verbs">Its verbs.</param>
    /// <param name="texts">All of its texts.</param>
    /// <param name="size">Of the picture, in pixels.</param>
    /// <param name="factor">Pixels a side of one latent.</param>
    /// <param name="needs">Of the method: how masks become coarse.</param>
    public static LayoutConditions Of(
        Scene scene, string prompt, InstanceTexts written, SceneVerbs verbs, SceneTexts texts, (int Width, int Height) size, int factor, MethodNeeds needs)
    {
        IReadOnlyList<SceneInstance> instances = scene.Instances;
        MaskReduction reduction = needs.Masks == MaskResize.Area ? MaskReduction.Area : MaskReduction.Bilinear;
        RegionMasks masks = RegionMasks.Of(instances, size.Width, size.Height, factor, reduction);
        return new LayoutConditions
        {
            Counts = [instances.Count],
            Prompts = texts.Hidden(prompt),
            Negative = texts.Hidden(written.Negative),
            InstanceNegatives = written.Negatives.Count == 0 ? null : texts.Hidden(written.Negatives),
            NegativeOf = written.NegativeOf,
            Labels = texts.Hidden(written.Labels),
            Pooled = texts.Pooled(written.Labels),
            Verbs = LayoutConditions.VerbStates(texts.Hidden(verbs.Text)),
            HasVerbs = [verbs.Verbs.Count > 0],
            Boxes = [.. instances.Select(instance => BoxOf(instance, size, needs.MaskBounds))],
            Masks = Tensor.From<float>(masks.Instances, masks.Count, masks.Height, masks.Width),
            Background = Tensor.From<float>(masks.Background, 1, masks.Height, masks.Width),
            Strengths = instances.All(instance => instance.Strength == 1) ? null : [.. instances.Select(StrengthOf)],
        };
    }

    /// <summary>The box that the method is told. One that equals its mask's bounds is taken for them.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="size">Of the picture, in pixels.</param>
    /// <param name="bounds">The method's rule for masks.</param>
    public static LayoutBox BoxOf(SceneInstance instance, (int Width, int Height) size, MaskBounds bounds)
    {
        NormalizedBox box = instance.Box;
        if (bounds == MaskBounds.LastPixel && instance.Mask is { } shape && box == shape.Bounds)
        {
            // A mask that marks no pixel of the picture keeps its exact bounds.
            box = RegionRaster.LastPixelBounds(RegionRaster.Shape(shape, size.Width, size.Height)) ?? box;
        }
        return new LayoutBox(box.X1, box.Y1, box.X2, box.Y2);
    }

    // One number for a user: it scales what the instance adds and how it competes; the text inside its region stays.
    private static LayoutStrength StrengthOf(SceneInstance instance) => new(1, instance.Strength, instance.Strength);
}
