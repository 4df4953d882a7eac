using Radl.Diffusion.Clip;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Config;

namespace Radl.Training.Stages.Clip;

/// <summary>One share of a step: inputs with their texts, then texts that belong to none of them.</summary>
/// <param name="Inputs">[count, side, side, 3] bytes.</param>
/// <param name="Texts">Text i belongs to input i; any further ones are mistakes.</param>
internal sealed record ClipShare(byte[] Inputs, IReadOnlyList<string> Texts);

/// <summary>Drawn and decoded pictures with their words; a sample depends on the seed and its number alone.</summary>
internal sealed class ClipSamples
{
    private const int Side = CodecPictures.Side;
    private const ulong SampleStream = 0x434C4950;

    private readonly TrainingConfig _config;
    private readonly ClipPreprocessing _preprocessing;
    private readonly ToyScenes _scenes;
    private readonly CodecPictures _decoded;

    public ClipSamples(TrainingConfig config, ClipPreprocessing preprocessing, ToyScenes scenes, CodecPictures decoded)
    {
        _config = config;
        _preprocessing = preprocessing;
        _scenes = scenes;
        _decoded = decoded;
    }

    /// <summary>Crops of one object with its label.</summary>
    public ClipShare Crops(long firstSample, int count)
    {
        var inputs = new MemoryStream();
        var labels = new List<string>();
        var mistakes = new List<string>();
        for (int i = 0; i < count; i++)
        {
            var random = new ToyRandom(_config.Seed ^ SampleStream, (ulong)(firstSample + i));
            ToyScene scene = Draw(firstSample + i, ref random, out ReadOnlySpan<byte> picture);
            ToyInstance instance = scene.Instances[random.Below(scene.Instances.Count)];
            inputs.Write(ToyCrop.Of(_preprocessing, picture, Side, Jitter(instance.Box, ref random)));
            labels.Add(instance.Label);
            if (_config.ClipData.Mistakes)
            {
                mistakes.AddRange(ToyMistakes.Labels(instance, ref random));
            }
        }
        return new ClipShare(inputs.ToArray(), [.. labels, .. mistakes]);
    }

    /// <summary>Whole scenes with their prompts.</summary>
    public ClipShare Scenes(long firstSample, int count)
    {
        var inputs = new MemoryStream();
        var texts = new List<string>();
        var mistakes = new List<string>();
        for (int i = 0; i < count; i++)
        {
            var random = new ToyRandom(_config.Seed ^ SampleStream, (ulong)(firstSample + i));
            ToyScene scene = Draw(firstSample + i, ref random, out ReadOnlySpan<byte> picture);
            inputs.Write(_preprocessing.Fit(picture, Side, Side));
            texts.Add(scene.Prompt);
            if (_config.ClipData.Mistakes)
            {
                mistakes.Add(ToyMistakes.In(scene, ref random).Prompt);
            }
        }
        return new ClipShare(inputs.ToArray(), [.. texts, .. mistakes]);
    }

    private ToyScene Draw(long sample, ref ToyRandom random, out ReadOnlySpan<byte> picture)
    {
        if (random.Chance(_config.ClipData.CodecShare))
        {
            int index = random.Below(_decoded.Count);
            picture = _decoded.Picture(index);
            return _decoded.Scene(index);
        }
        ToyScene scene = _scenes.Sample(_config.Seed, sample);
        picture = ToyRenderer.Render(scene, Side);
        return scene;
    }

    // What a model draws does not fill its box to the pixel.
    private ToyBox Jitter(ToyBox box, ref ToyRandom random)
    {
        float most = (float)_config.ClipData.BoxJitter;
        return new ToyBox(
            box.X1 + (box.Width * random.Between(-most, most)),
            box.Y1 + (box.Height * random.Between(-most, most)),
            box.X2 + (box.Width * random.Between(-most, most)),
            box.Y2 + (box.Height * random.Between(-most, most)));
    }
}
