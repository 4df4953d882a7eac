using Radl.Diffusion.Tokenizer;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Generation;

/// <summary>What a user should know of a scene, one sentence each. Nothing is computed for it, so it can be told before drawing.</summary>
internal static class SceneWarnings
{
    private const int ShownLength = 60;

    // Above it the paper has no experience.
    private const int UsualInstances = 6;

    /// <summary>Looks at a scene.</summary>
    /// <param name="scene">The scene, with its size.</param>
    /// <param name="needs">Of the method; null for the prompt alone.</param>
    /// <param name="tokenizer">The model's.</param>
    public static IReadOnlyList<string> Of(Scene scene, MethodNeeds? needs, ClipTokenizer tokenizer) =>
        Of(scene, new InstanceTexts(scene, needs), needs is { Verbs: true } ? SceneVerbs.Of(scene) : new SceneVerbs([]), needs is not null, tokenizer);

    /// <summary>Looks at a scene whose texts are written already.</summary>
    /// <param name="scene">The scene, with its size.</param>
    /// <param name="written">The instances' texts.</param>
    /// <param name="verbs">Its verbs, as far as the method reads them.</param>
    /// <param name="controlled">Whether a method acts; otherwise nothing of the instances but their negatives counts.</param>
    /// <param name="tokenizer">The model's.</param>
    public static IReadOnlyList<string> Of(Scene scene, InstanceTexts written, SceneVerbs verbs, bool controlled, ClipTokenizer tokenizer)
    {
        string[] texts = [written.Negative, scene.Prompt, .. written.Negatives];
        // A repeated label fills the encoder on purpose: it is the label itself that must fit.
        return controlled
            ? [.. OfTexts([.. texts, verbs.Text, .. scene.Instances.Select(instance => instance.Label)], tokenizer), .. OfInstances(scene)]
            : [.. OfTexts(texts, tokenizer)];
    }

    private static IEnumerable<string> OfTexts(IEnumerable<string> texts, ClipTokenizer tokenizer) => texts.Where(tokenizer.IsTruncated)
        .Select(text => $"{Shown(text)} has {tokenizer.CountTokens(text)} tokens; the model reads the first {tokenizer.MaxLength}");

    private static IEnumerable<string> OfInstances(Scene scene)
    {
        if (scene.Instances.Count > UsualInstances)
        {
            yield return $"the scene has {scene.Instances.Count} instances; above {UsualInstances} the method is untried and they may run together";
        }
        (int width, int height) = (scene.Width!.Value, scene.Height!.Value);
        foreach ((int index, SceneInstance instance) in scene.Instances.Index())
        {
            string name = $"of {Shown(instance.Label)} (instances[{index}])";
            bool isSeen = instance.Mask is { } mask ? RegionRaster.MarksPixel(mask, width, height) : RegionRaster.MarksPixel(instance.Box, width, height);
            if (!isSeen)
            {
                yield return $"the {(instance.Mask is null ? "box" : "mask")} {name} marks no pixel of {width}x{height}, so it has no region";
            }
            else if (instance.Mask is { } form && !form.Bounds.Meets(instance.Box))
            {
                yield return $"the mask {name} lies outside its box; the region is the mask's, the position told to the method the box's";
            }
        }
    }

    private static string Shown(string text) => text.Length <= ShownLength ? $"\"{text}\"" : $"\"{text[..(ShownLength - 3)]}...\"";
}
