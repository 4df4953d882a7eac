using Radl.Evaluation.Toybox;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Evaluation.Tests.Toybox;

public class ToyDetectorTests
{
    [Theory]
    [InlineData(128, 99.9, 95, 99, 99.5, 99.5)]
    [InlineData(64, 99.9, 91, 98, 99, 99)]
    public void Drawn_scenes_are_read_back(int size, double success, double iou, double pattern, double category, double relation)
    {
        ToyTally tally = Measure(size, ToySceneOptions.Default, 500, rgb => rgb).All;
        Assert.InRange(100 * tally.SuccessRate, success, 100);
        Assert.InRange(100 * tally.MeanIou, iou, 100);
        Assert.InRange(100 * tally.PatternAccuracy, pattern, 100);
        Assert.InRange(100 * tally.CategoryAccuracy, category, 100);
        Assert.InRange(100 * tally.RelationAccuracy, relation, 100);
    }

    [Fact]
    public void Crowds_that_share_colours_are_told_apart()
    {
        ToyTally tally = Measure(128, ToySceneOptions.Counts(8, 20), 60, rgb => rgb).All;
        Assert.InRange(100 * tally.SuccessRate, 99, 100);
        Assert.InRange(100 * tally.CategoryAccuracy, 97, 100);
    }

    [Fact]
    public void A_soft_and_noisy_picture_is_still_read()
    {
        ToyTally tally = Measure(128, ToySceneOptions.Default, 150, rgb => Soften(rgb, 128)).All;
        Assert.InRange(100 * tally.SuccessRate, 99, 100);
        Assert.InRange(100 * tally.MeanIou, 90, 100);
        Assert.InRange(100 * tally.PatternAccuracy, 90, 100);
        Assert.InRange(100 * tally.CategoryAccuracy, 95, 100);
        Assert.InRange(100 * tally.RelationAccuracy, 95, 100);
    }

    [Fact]
    public void An_empty_picture_has_nothing_right()
    {
        ToyScene scene = new ToyScenes(ToySceneOptions.Counts(3, 3) with { RelationProbability = 1 }).Sample(1, 1);
        ToySceneDetection found = ToyDetector.Detect(new byte[64 * 64 * 3], 64, scene);
        Assert.All(found.Instances, i => Assert.False(i.Found || i.Success || i.ColorRight || i.PatternRight || i.CategoryRight));
        Assert.False(Assert.Single(found.Relations).Right);
    }

    [Fact]
    public void Another_colour_pattern_or_category_in_the_box_is_not_the_asked_one()
    {
        ToyInstance drawn = new() { Category = ToyCategory.Fish, Color = ToyColor.Red, Pattern = ToyPattern.Striped, CentreX = .5f, CentreY = .5f, HalfSize = .3f };
        ToyScene scene = new() { Background = ToyBackground.Gray, Instances = [drawn] };
        byte[] rgb = ToyRenderer.Render(scene, 128);

        ToyInstanceDetection Ask(ToyInstance asked) => ToyDetector.Detect(rgb, 128, scene with { Instances = [asked] }).Instances[0];
        Assert.True(Ask(drawn) is { Success: true, ColorRight: true, PatternRight: true, CategoryRight: true });
        Assert.True(Ask(drawn with { Color = ToyColor.Orange }) is { Success: false, ColorRight: false });
        Assert.True(Ask(drawn with { Pattern = ToyPattern.Solid }) is { Success: true, PatternRight: false, Pattern: ToyPattern.Striped });
        Assert.True(Ask(drawn with { Category = ToyCategory.Car }) is { CategoryRight: false, Category: ToyCategory.Fish });
        Assert.True(Ask(drawn with { CentreX = .2f }) is { Found: true, Success: false });
    }

    [Fact]
    public void Every_verb_is_told_from_every_other_by_poses_alone()
    {
        foreach (bool subjectLeft in new[] { true, false })
        {
            foreach (ToyVerb verb in Enum.GetValues<ToyVerb>())
            {
                ToyInstance subject = Directed(ToyCategory.Fish, ToyColor.Red, subjectLeft ? .25f : .75f);
                ToyInstance obj = Directed(ToyCategory.Cat, ToyColor.Blue, subjectLeft ? .75f : .25f);
                ToyPose.Apply(verb, subjectLeft, ref subject, ref obj);
                ToyScene scene = new() { Background = ToyBackground.White, Instances = [subject, obj], Relations = [new(0, ToyVerb.Facing, 1)] };
                Assert.Equal(verb, ToyDetector.Detect(ToyRenderer.Render(scene, 128), 128, scene).Relations[0].Shown);
            }
        }
    }

    private static ToyInstance Directed(ToyCategory category, ToyColor color, float x) =>
        new() { Category = category, Color = color, Pattern = ToyPattern.Solid, CentreX = x, CentreY = .5f, HalfSize = .2f };

    private static ToyScore Measure(int size, ToySceneOptions options, int count, Func<byte[], byte[]> spoil)
    {
        var scenes = new ToyScenes(options);
        var score = new ToyScore();
        for (int i = 0; i < count; i++)
        {
            ToyScene scene = scenes.Sample(11, i);
            score.Add(ToyDetector.Detect(spoil(ToyRenderer.Render(scene, size)), size, scene));
        }

        return score;
    }

    // A 3x3 binomial blur and uniform noise of +-12 levels, about what a small codec does.
    internal static byte[] Soften(byte[] rgb, int size)
    {
        var random = new ToyRandom(5, rgb[0]);
        var soft = new byte[rgb.Length];
        for (int i = 0; i < rgb.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / 3, size);
            int sum = 0;
            for (int k = 0; k < 9; k++)
            {
                int yy = Math.Clamp(y + (k / 3) - 1, 0, size - 1);
                int xx = Math.Clamp(x + (k % 3) - 1, 0, size - 1);
                sum += (k % 2 == 1 ? 2 : k == 4 ? 4 : 1) * rgb[(((yy * size) + xx) * 3) + (i % 3)];
            }

            soft[i] = (byte)Math.Clamp((sum / 16) + random.Below(25) - 12, 0, 255);
        }

        return soft;
    }
}
