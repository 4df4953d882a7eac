using Radl.Diffusion.Clip;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Config;
using Radl.Training.Stages.Clip;

namespace Radl.Training.Tests.Stages.Clip;

public sealed class ClipSamplesTests : TensorTest
{
    [Fact]
    public void A_mistake_changes_one_fact_of_the_prompt()
    {
        var scenes = new ToyScenes();
        for (int i = 0; i < 500; i++)
        {
            ToyScene scene = scenes.Sample(3, i);
            var random = new ToyRandom(5, (ulong)i);
            ToyScene wrong = ToyMistakes.In(scene, ref random);
            int facts = Facts(scene).Zip(Facts(wrong)).Count(pair => pair.First != pair.Second);
            bool exchanged = facts == 2 && scene.Instances.Select(instance => instance.Color).Order().SequenceEqual(wrong.Instances.Select(instance => instance.Color).Order());
            Assert.True(facts == 1 || exchanged, $"{scene.Prompt} / {wrong.Prompt}");
            Assert.NotEqual(scene.Prompt, wrong.Prompt);
        }
    }

    [Fact]
    public void A_decoded_picture_is_the_same_whoever_asked_before()
    {
        using AutoencoderKl vae = FreshCodec();
        var scenes = new ToyScenes();
        var forward = new CodecPictures(vae, scenes.Sample, 7, 10, noise: 0.5);
        var backward = new CodecPictures(vae, scenes.Sample, 7, 10, noise: 0.5);
        byte[] last = backward.Picture(9).ToArray();
        byte[] first = backward.Picture(0).ToArray();
        Assert.Equal(first, forward.Picture(0).ToArray());
        Assert.Equal(last, forward.Picture(9).ToArray());
        Assert.NotEqual(first, last);
        Assert.Throws<ArgumentOutOfRangeException>(() => forward.Picture(10).Length);
    }

    [Fact]
    public void A_sample_depends_on_its_number_alone_and_mistakes_follow_the_texts()
    {
        using AutoencoderKl vae = FreshCodec();
        TrainingConfig config = TinyRuns.Clip(Folder);
        var scenes = new ToyScenes();
        var preprocessing = ClipPreprocessing.Plain(16);
        var samples = new ClipSamples(config, preprocessing, scenes, new CodecPictures(vae, scenes.Sample, 1, 4, noise: 0));
        ClipShare all = samples.Scenes(10, 4);
        ClipShare second = samples.Scenes(12, 2);
        Assert.Equal(all.Inputs[(2 * 16 * 16 * 3)..], second.Inputs);
        Assert.Equal([.. all.Texts.Skip(2).Take(2), .. all.Texts.Skip(6)], second.Texts);
        Assert.All(Enumerable.Range(0, 4), i => Assert.NotEqual(all.Texts[i], all.Texts[i + 4]));

        ClipShare crops = samples.Crops(10, 4);
        Assert.Equal(all.Inputs.Length, crops.Inputs.Length);
        Assert.Equal(4 + (3 * 4), crops.Texts.Count);
        Assert.All(crops.Texts.Skip(4), (label, i) => Assert.NotEqual(crops.Texts[i / 3], label));
        Assert.All(crops.Texts.Take(4).Zip(all.Texts), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void The_box_of_the_whole_picture_is_the_picture()
    {
        var preprocessing = ClipPreprocessing.Plain(32);
        byte[] picture = ToyRenderer.Render(new ToyScenes().Sample(1, 2), 128);
        Assert.Equal(preprocessing.Fit(picture, 128, 128), ToyCrop.Of(preprocessing, picture, 128, new ToyBox(-1, 0, 1, 3)));
        // A box without area still has a pixel.
        Assert.Equal(32 * 32 * 3, ToyCrop.Of(preprocessing, picture, 128, new ToyBox(1, 1, 1, 1)).Length);
    }

    private static AutoencoderKl FreshCodec() => new(Weights.From(new FreshWeights(1)), TinyRuns.Vae("").Vae!);

    private static string[] Facts(ToyScene scene) =>
    [
        $"{scene.Background}",
        .. scene.Relations.Select(relation => $"{relation.Verb}"),
        .. scene.Instances.SelectMany(instance => new[] { $"{instance.Color}", $"{instance.Pattern}", $"{instance.Category}" }),
    ];
}
