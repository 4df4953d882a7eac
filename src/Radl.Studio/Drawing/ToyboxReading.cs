using Radl.Diffusion.Imaging;
using Radl.Evaluation.Toybox;
using Radl.Evaluation.Toybox.Benchmarks;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Studio.Jobs;
using Radl.Toybox.Shapes;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Studio.Drawing;

/// <summary>What the toybox's detector finds in a picture.</summary>
internal static class ToyboxReading
{
    private const float SameThing = .5f;

    /// <summary>Compares a picture with its scene.</summary>
    /// <returns>Null where the picture is not square or a label names nothing of the toybox.</returns>
    public static PictureDetections? Of(RgbImage picture, Scene scene)
    {
        var toys = new List<ToyInstance>();
        foreach (SceneInstance instance in scene.Instances)
        {
            if (ToyOf(instance) is not { } toy)
            {
                return null;
            }
            toys.Add(toy);
        }
        if (picture.Width != picture.Height)
        {
            return null;
        }
        // One pixel is one unit of the world, as in training, whatever the picture's size.
        var asked = new ToyScene { Background = ToyBackground.Gray, Instances = toys, Canvas = picture.Width };
        (_, ToySceneDetection detected, IReadOnlyList<ToyFinding> found) = ToySceneReading.Of(picture.Pixels, picture.Width, asked);
        return new PictureDetections(
            [.. detected.Instances.Select((detection, i) => Instance(i, scene.Instances[i], detection))],
            [.. found.Where(toy => !detected.Instances.Any(detection => detection.Found && detection.Box.Iou(toy.Box) > SameThing))
                .Select(toy => new OtherDetection(Numbers(toy.Box), ToyVocabulary.Word(toy.Color), ToyVocabulary.Word(toy.Category)))]);
    }

    private static InstanceDetection Instance(int index, SceneInstance instance, ToyInstanceDetection detection) => new(
        index,
        instance.Label,
        detection.Found ? Numbers(detection.Box) : null,
        detection.Found ? Math.Round(detection.Box.Iou(BoxOf(instance.Box)), 4) : 0,
        detection.ColorRight,
        detection.PatternRight,
        detection.CategoryRight);

    // A colour and a category make a toy; one without a pattern is solid.
    private static ToyInstance? ToyOf(SceneInstance instance)
    {
        string[] words = instance.Label.ToLowerInvariant().Split([' ', ',', '.', '-'], StringSplitOptions.RemoveEmptyEntries);
        ToyCategory? category = Named<ToyCategory>(words, ToyVocabulary.Word);
        ToyColor? color = Named<ToyColor>(words, ToyVocabulary.Word);
        if (category is null || color is null)
        {
            return null;
        }
        ToyBox unit = Silhouettes.Of(category.Value).Bounds(flipped: false, ToyTilt.None, 1);
        NormalizedBox box = instance.Box;
        double half = Math.Sqrt((box.X2 - box.X1) * (box.Y2 - box.Y1) / (unit.Width * unit.Height));
        return new ToyInstance
        {
            Category = category.Value,
            Color = color.Value,
            Pattern = Named<ToyPattern>(words, ToyVocabulary.Word) ?? ToyPattern.Solid,
            HalfSize = (float)half,
            CentreX = (float)(((box.X1 + box.X2) / 2) - (unit.CentreX * half)),
            CentreY = (float)(((box.Y1 + box.Y2) / 2) - (unit.CentreY * half)),
        };
    }

    private static T? Named<T>(string[] words, Func<T, string> nameOf)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (words.Contains(nameOf(value)))
            {
                return value;
            }
        }
        return null;
    }

    private static ToyBox BoxOf(NormalizedBox box) => new((float)box.X1, (float)box.Y1, (float)box.X2, (float)box.Y2);

    private static double[] Numbers(ToyBox box) => [Math.Round(box.X1, 4), Math.Round(box.Y1, 4), Math.Round(box.X2, 4), Math.Round(box.Y2, 4)];
}
