using Radl.Diffusion.Clip;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.Text;
using Radl.Toybox.World;
using Radl.Training.Stages;
using Radl.Training.Stages.Clip;

namespace Radl.Evaluation.Clip;

/// <summary>How well a CLIP of the drawn world knows held-out pictures.</summary>
/// <param name="Label">Share of objects whose crop is nearest to its own one of all 240 labels.</param>
/// <param name="Scene">Share of scenes that are nearest to their own prompt among those of all scenes.</param>
/// <param name="Mistake">Share of scenes that are nearer to their prompt than to the same one with one fact changed (chance is a half).</param>
/// <param name="Verb">The same where the changed fact is the verb, over the scenes that have one.</param>
/// <param name="Objects">Objects measured.</param>
/// <param name="Scenes">Scenes measured.</param>
public sealed record ClipRetrieval(double Label, double Scene, double Mistake, double Verb, int Objects, int Scenes)
{
    private const int Side = CodecPictures.Side;
    private const int Batch = 50;

    /// <summary>Measures on held-out scenes of one to six instances.</summary>
    /// <param name="clip">What is measured.</param>
    /// <param name="codec">Sends the pictures through a codec first; null takes them as they are drawn.</param>
    /// <param name="scenes">Scenes.</param>
    public static ClipRetrieval Measure(ClipEncoder clip, AutoencoderKl? codec, int scenes)
    {
        ArgumentNullException.ThrowIfNull(clip);
        using var scope = TensorScope.Enter();
        var held = new ToyScenes(ToySceneOptions.Counts(1, 6));
        CodecPictures? decoded = codec is null ? null : new CodecPictures(codec, held.Sample, ToyTensors.HeldOutSeed, scenes, noise: 0);
        ToyScene[] all = [.. Enumerable.Range(0, scenes).Select(i => held.Sample(ToyTensors.HeldOutSeed, i))];
        var whole = new List<byte[]>();
        var crops = new List<byte[]>();
        for (int i = 0; i < scenes; i++)
        {
            ReadOnlySpan<byte> picture = decoded is null ? ToyRenderer.Render(all[i], Side) : decoded.Picture(i);
            whole.Add(clip.Preprocessing.Fit(picture, Side, Side));
            foreach (ToyInstance instance in all[i].Instances)
            {
                crops.Add(ToyCrop.Of(clip.Preprocessing, picture, Side, instance.Box));
            }
        }

        string[] truths = [.. all.SelectMany(scene => scene.Instances).Select(instance => instance.Label)];
        long[] nearestLabel = Cosines(clip, crops, ToyCaption.AllLabels).Argmax(1).ToArray<long>();
        float[] cosines = Cosines(clip, whole, [.. all.Select(scene => scene.Prompt)]).ToArray<float>();
        float[] mistaken = Cosines(clip, whole, [.. all.Select(Mistaken)]).ToArray<float>();
        int[] withVerb = [.. Enumerable.Range(0, scenes).Where(i => all[i].Relations.Count > 0)];
        float[] otherVerb = Cosines(clip, whole, [.. all.Select(OtherVerb)]).ToArray<float>();
        bool IsNearer(int i, float[] wrong) => cosines[(i * scenes) + i] > wrong[(i * scenes) + i];
        bool IsNearest(int i) => cosines.AsSpan(i * scenes, scenes).IndexOf(Max(cosines.AsSpan(i * scenes, scenes))) == i;
        return new ClipRetrieval(
            nearestLabel.Zip(truths).Average(pair => ToyCaption.AllLabels[(int)pair.First] == pair.Second ? 1.0 : 0),
            Enumerable.Range(0, scenes).Average(i => IsNearest(i) ? 1.0 : 0),
            Enumerable.Range(0, scenes).Average(i => IsNearer(i, mistaken) ? 1.0 : 0),
            withVerb.Length == 0 ? double.NaN : withVerb.Average(i => IsNearer(i, otherVerb) ? 1.0 : 0),
            truths.Length,
            scenes);
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"label {100 * Label:f1} of {Objects} objects, scene {100 * Scene:f1} of {Scenes}, against one mistake {100 * Mistake:f1}, against another verb {100 * Verb:f1}");

    private static string Mistaken(ToyScene scene)
    {
        var random = new ToyRandom(scene.Seed, 0);
        return ToyMistakes.In(scene, ref random).Prompt;
    }

    private static string OtherVerb(ToyScene scene) =>
        (scene with { Relations = [.. scene.Relations.Select(relation => relation with { Verb = (ToyVerb)(((int)relation.Verb + 1) % ToyAttributes.VerbCount) })] }).Prompt;

    private static float Max(ReadOnlySpan<float> values)
    {
        float most = float.NegativeInfinity;
        foreach (float value in values)
        {
            most = Math.Max(most, value);
        }
        return most;
    }

    private static Tensor Cosines(ClipEncoder clip, List<byte[]> inputs, IReadOnlyList<string> texts)
    {
        using var scope = TensorScope.Enter();
        Tensor[] pictures = [.. inputs.Chunk(Batch).Select(part => clip.EmbedPictures(part.SelectMany(input => input).ToArray(), part.Length))];
        Tensor[] words = [.. texts.Chunk(Batch).Select(part => clip.EmbedTexts(part))];
        return scope.Return(Tensor.Cat(pictures, 0).MatMul(Tensor.Cat(words, 0).Transpose(0, 1)));
    }
}
