using Radl.Evaluation.Toybox;
using Radl.Torch;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Stages;

namespace Radl.Evaluation.Tests.Toybox;

public class ToyFinderTests : TensorTest
{
    [Theory]
    [InlineData(128, 1, 8, 150)]
    [InlineData(64, 1, 8, 150)]
    [InlineData(128, 20, 20, 40)]
    public void Drawn_scenes_are_counted(int size, int fewest, int most, int count)
    {
        (double counted, _) = Measure(size, ToySceneOptions.Counts(fewest, most), count, rgb => rgb);
        Assert.InRange(counted, most <= 8 ? .99 : .9, 1);
    }

    [Fact]
    public void Soft_and_noisy_pictures_are_counted_and_most_labels_read()
    {
        (double counted, double labels) = Measure(128, ToySceneOptions.Default, 150, rgb => ToyDetectorTests.Soften(rgb, 128));
        Assert.InRange(counted, .99, 1);
        Assert.InRange(labels, .95, 1);
    }

    [Fact]
    public void Reconstructions_of_the_shipped_codec_are_counted()
    {
        using var guard = Autograd.NoGrad();
        using var vae = ModelFiles.OpenVae(Path.Combine(Repository(), "models", "toybox"), DType.Float32, Device.Cpu);
        const int Scenes = 16;
        const int Size = 128;
        using var scope = TensorScope.Enter();
        var sampler = new ToyScenes(ToySceneOptions.Counts(1, 6));
        ToyScene[] scenes = [.. Enumerable.Range(0, Scenes).Select(i => sampler.Sample(ToyTensors.HeldOutSeed, i))];
        Tensor images = ToyTensors.Images((_, i) => scenes[i], 0, 0, Scenes, Size);
        byte[] pixels = ToyTensors.ToPixels(vae.Decode(vae.Encode(images).Mean));
        int right = scenes.Where((scene, i) => ToyFinder.Find(pixels.AsSpan(i * Size * Size * 3, Size * Size * 3), Size).Count == scene.Instances.Count).Count();
        Assert.InRange(right, Scenes - 1, Scenes);
    }

    [Fact]
    public void Toys_of_one_colour_are_counted_one_by_one_and_whatever_was_asked()
    {
        ToyInstance Ball(float x) => new() { Category = ToyCategory.Ball, Color = ToyColor.Red, Pattern = ToyPattern.Solid, CentreX = x, CentreY = .5f, HalfSize = .12f };
        ToyScene scene = new() { Background = ToyBackground.Beige, Instances = [Ball(.2f), Ball(.5f), Ball(.8f)] };
        IReadOnlyList<ToyFinding> found = ToyFinder.Find(ToyRenderer.Render(scene, 128), 128);
        Assert.Equal(3, found.Count);
        Assert.All(found, f => Assert.True(f is { Color: ToyColor.Red, Category: ToyCategory.Ball, Pattern: ToyPattern.Solid, Score: > .85f and <= 1 }));
    }

    [Fact]
    public void A_picture_without_toys_has_none()
    {
        Assert.Empty(ToyFinder.Find(new byte[64 * 64 * 3], 64));
        foreach (ToyBackground background in Enum.GetValues<ToyBackground>())
        {
            Assert.Empty(ToyFinder.Find(ToyRenderer.Render(new() { Background = background, Instances = [] }, 128), 128));
        }

        Assert.Throws<ArgumentException>(() => ToyFinder.Find(new byte[5], 64));
    }

    [Fact]
    public void A_clean_toy_scores_higher_than_a_spoilt_one()
    {
        ToyInstance star = new() { Category = ToyCategory.Star, Color = ToyColor.Blue, Pattern = ToyPattern.Solid, CentreX = .5f, CentreY = .5f, HalfSize = .3f };
        byte[] clean = ToyRenderer.Render(new() { Background = ToyBackground.White, Instances = [star] }, 128);
        byte[] spoilt = (byte[])clean.Clone();
        spoilt.AsSpan(128 * 3 * 64, 128 * 3 * 10).Fill(255); // a white bar through the middle
        ToyFinding best = Assert.Single(ToyFinder.Find(clean, 128));
        Assert.All(ToyFinder.Find(spoilt, 128), f => Assert.True(f.Score < best.Score));
    }

    private static (double Counted, double Labels) Measure(int size, ToySceneOptions options, int count, Func<byte[], byte[]> spoil)
    {
        var scenes = new ToyScenes(options);
        (int counted, int labels, int instances) = (0, 0, 0);
        for (int i = 0; i < count; i++)
        {
            ToyScene scene = scenes.Sample(5, i);
            IReadOnlyList<ToyFinding> found = ToyFinder.Find(spoil(ToyRenderer.Render(scene, size)), size);
            counted += found.Count == scene.Instances.Count ? 1 : 0;
            instances += scene.Instances.Count;
            labels += scene.Instances.Count(a => found.Any(f =>
                f.Box.Iou(a.Box) >= .5f && f.Color == a.Color && f.Category == a.Category && f.Pattern == a.Pattern));
        }

        return ((double)counted / count, (double)labels / instances);
    }

    private static string Repository()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Radl.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no folder above the tests holds Radl.slnx");
        }

        return folder.FullName;
    }
}
