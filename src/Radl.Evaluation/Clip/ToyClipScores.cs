using Radl.Diffusion.Clip;
using Radl.Diffusion.Models;
using Radl.Torch;
using Radl.Toybox.World;
using Radl.Training.Stages.Clip;

namespace Radl.Evaluation.Clip;

/// <summary>An asked place: what should be seen inside of a box of a picture.</summary>
/// <param name="Picture">Index of the picture, from 0.</param>
/// <param name="Box">The asked box.</param>
/// <param name="Label">What it should show, as it stands in the scene.</param>
public readonly record struct ClipRegion(int Picture, ToyBox Box, string Label);

/// <summary>CLIP score, local CLIP score and picture features by the small CLIP that is trained on Toybox.</summary>
/// <remarks>
/// The numbers mean something only beside others of the same CLIP: not beside a paper's, whose CLIP saw photographs. It computes in fp32 on one
/// device, so the same pictures give the same numbers. Not for several threads at once.
/// </remarks>
public sealed class ToyClipScores : IDisposable
{
    private const int Batch = 32;

    private readonly ClipEncoder _clip;

    private ToyClipScores(ClipEncoder clip) => _clip = clip;

    /// <summary>Values of one picture's features.</summary>
    public int FeatureWidth => _clip.Model.Config.VisionConfig.HiddenSize;

    /// <summary>Opens the CLIP of a model folder: its <c>clip</c> and <c>tokenizer</c>.</summary>
    public static ToyClipScores Open(string modelFolder, Device? device = null) =>
        new(ClipEncoder.Open(Path.Combine(modelFolder, ModelFolder.Clip), DType.Float32, device ?? Device.Cpu));

    /// <summary>CLIP scores: 100 times the cosine of each whole picture and its prompt.</summary>
    /// <param name="pictures">[count, side, side, 3] bytes.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="side">Pixels a side.</param>
    /// <param name="prompts">One for each picture.</param>
    /// <returns>One score for each picture, -100 to 100.</returns>
    public float[] Scores(ReadOnlySpan<byte> pictures, int count, int side, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        CheckPictures(pictures, count, side);
        if (prompts.Count != count)
        {
            throw new ArgumentException($"{prompts.Count} prompts for {count} pictures", nameof(prompts));
        }
        var scores = new float[count];
        for (int first = 0; first < count; first += Batch)
        {
            int size = Math.Min(Batch, count - first);
            Cosines(Inputs(pictures, first, size, side), [.. prompts.Skip(first).Take(size)]).CopyTo(scores, first);
        }
        return scores;
    }

    /// <summary>Local CLIP scores: 100 times the cosine of each asked box's part of the picture and its label.</summary>
    /// <remarks>
    /// The part is stretched to the model's input. The only template is the label itself: the 80 templates that the score is commonly averaged over
    /// ("a bad photo of a ...") say nothing in a drawn world, and hold words that this CLIP never saw.
    /// </remarks>
    /// <param name="pictures">[count, side, side, 3] bytes.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="side">Pixels a side.</param>
    /// <param name="regions">The asked boxes of all pictures.</param>
    /// <returns>One score for each region, -100 to 100.</returns>
    public float[] LocalScores(ReadOnlySpan<byte> pictures, int count, int side, IReadOnlyList<ClipRegion> regions)
    {
        ArgumentNullException.ThrowIfNull(regions);
        CheckPictures(pictures, count, side);
        int bytes = side * side * 3;
        var scores = new float[regions.Count];
        for (int first = 0; first < regions.Count; first += Batch)
        {
            int size = Math.Min(Batch, regions.Count - first);
            var inputs = new MemoryStream();
            for (int i = first; i < first + size; i++)
            {
                if (regions[i].Picture < 0 || regions[i].Picture >= count)
                {
                    throw new ArgumentException($"regions[{i}].Picture: {regions[i].Picture} is not one of {count} pictures", nameof(regions));
                }
                inputs.Write(ToyCrop.Of(_clip.Preprocessing, pictures.Slice(regions[i].Picture * bytes, bytes), side, regions[i].Box));
            }
            Cosines(inputs.ToArray(), [.. regions.Skip(first).Take(size).Select(region => region.Label)]).CopyTo(scores, first);
        }
        return scores;
    }

    /// <summary>The pictures' features before projection, for a Fréchet distance among Toybox pictures.</summary>
    /// <param name="pictures">[count, side, side, 3] bytes.</param>
    /// <param name="count">Pictures.</param>
    /// <param name="side">Pixels a side.</param>
    /// <returns>[count][<see cref="FeatureWidth"/>].</returns>
    public float[][] Features(ReadOnlySpan<byte> pictures, int count, int side)
    {
        CheckPictures(pictures, count, side);
        var features = new float[count][];
        for (int first = 0; first < count; first += Batch)
        {
            int size = Math.Min(Batch, count - first);
            using var scope = TensorScope.Enter();
            float[] rows = _clip.PictureFeatures(Inputs(pictures, first, size, side), size).ToArray<float>();
            for (int i = 0; i < size; i++)
            {
                features[first + i] = rows[(i * FeatureWidth)..((i + 1) * FeatureWidth)];
            }
        }
        return features;
    }

    /// <inheritdoc/>
    public void Dispose() => _clip.Dispose();

    private static void CheckPictures(ReadOnlySpan<byte> pictures, int count, int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        if (pictures.Length != (long)count * side * side * 3)
        {
            throw new ArgumentException($"{count} pictures of {side}x{side} need {(long)count * side * side * 3} bytes, not {pictures.Length}", nameof(pictures));
        }
    }

    private byte[] Inputs(ReadOnlySpan<byte> pictures, int first, int count, int side)
    {
        int bytes = side * side * 3;
        var inputs = new MemoryStream();
        for (int i = first; i < first + count; i++)
        {
            inputs.Write(_clip.Preprocessing.Fit(pictures.Slice(i * bytes, bytes), side, side));
        }
        return inputs.ToArray();
    }

    // 100 cos of input i and text i.
    private float[] Cosines(byte[] inputs, string[] texts)
    {
        using var scope = TensorScope.Enter();
        return ((_clip.EmbedPictures(inputs, texts.Length) * _clip.EmbedTexts(texts)).Sum([1]) * 100).ToArray<float>();
    }
}
