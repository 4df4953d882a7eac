using FsCheck;
using FsCheck.Fluent;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Toybox.Tests.Sampling;

public class ToyScenesTests
{
    [Fact]
    public void Boxes_stay_on_the_canvas_and_keep_their_gap_for_every_count()
    {
        var scenes = Enumerable.Range(1, 20).Select(n => new ToyScenes(ToySceneOptions.Counts(n, n))).ToArray();
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(Gen.Choose(1, 20).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (count, index) =>
            {
                ToyScene scene = scenes[count - 1].Sample(9, index);
                Assert.Equal(count, scene.Instances.Count);
                const float Least = 2.99f / 128;
                for (int i = 0; i < count; i++)
                {
                    ToyBox box = scene.Instances[i].Box;
                    Assert.True(box.X1 > 0 && box.Y1 > 0 && box.X2 < 1 && box.Y2 < 1);
                    Assert.All(scene.Instances.Take(i), other => Assert.False(box.IsWithin(other.Box, Least)));
                }
            }));
    }

    [Fact]
    public void A_scene_is_a_function_of_seed_and_index()
    {
        var scenes = new ToyScenes();
        Assert.Equal(Words(scenes.Sample(3, 17)), Words(new ToyScenes().Sample(3, 17)));
        Assert.NotEqual(Words(scenes.Sample(3, 17)), Words(scenes.Sample(3, 18)));
        Assert.NotEqual(Words(scenes.Sample(3, 17)), Words(scenes.Sample(4, 17)));
    }

    [Fact]
    public void Counts_relations_and_omitted_backgrounds_come_in_the_training_mix()
    {
        const int N = 8000;
        ToyScene[] scenes = [.. Enumerable.Range(0, N).Select(i => new ToyScenes().Sample(2, i))];
        double[] expected = [.25, .35, .14, .10, .08, .08];
        for (int count = 1; count <= expected.Length; count++)
        {
            Near(expected[count - 1], scenes.Count(s => s.Instances.Count == count), N);
        }

        ToyScene[] several = [.. scenes.Where(s => s.Instances.Count > 1)];
        ToyScene[] related = [.. several.Where(s => s.Relations.Count == 1)];
        Near(.65, related.Length, several.Length);
        foreach (ToyVerb verb in Enum.GetValues<ToyVerb>())
        {
            Near(.2, related.Count(s => s.Relations[0].Verb == verb), related.Length);
        }

        ToyScene[] single = [.. scenes.Where(s => s.Instances.Count == 1)];
        Near(.3, single.Count(s => !s.NamesBackground), single.Length);
        Assert.All(several, s => Assert.True(s.NamesBackground));
    }

    [Fact]
    public void Colours_of_up_to_eight_instances_differ()
    {
        var scenes = new ToyScenes(ToySceneOptions.Counts(1, 8));
        for (int i = 0; i < 500; i++)
        {
            ToyScene scene = scenes.Sample(4, i);
            Assert.Equal(scene.Instances.Count, scene.Instances.Select(x => x.Color).Distinct().Count());
        }
    }

    [Fact]
    public void A_relations_pose_is_readable_and_stands_on_one_row()
    {
        foreach (ToyScene scene in Enumerable.Range(0, 1000).Select(i => new ToyScenes().Sample(6, i)).Where(s => s.Relations.Count == 1))
        {
            ToyInstance subject = scene.Instances[0];
            ToyInstance obj = scene.Instances[1];
            Assert.Equal(subject.CentreY, obj.CentreY);
            Assert.True(ToyAttributes.IsDirected(subject.Category) && ToyAttributes.IsDirected(obj.Category));
            Assert.Equal(
                scene.Relations[0].Verb,
                ToyPose.Read(subject.Box.CentreX < obj.Box.CentreX, subject.Flipped, subject.Tilt, obj.Flipped, obj.Tilt));
        }
    }

    [Fact]
    public void A_crop_is_one_object_whose_label_is_the_prompt()
    {
        var crops = new ToyCrops();
        for (int i = 0; i < 300; i++)
        {
            ToyScene crop = crops.Sample(1, i);
            ToyInstance instance = Assert.Single(crop.Instances);
            Assert.Equal(instance.Label, crop.Prompt);
            Assert.True(instance.Box.X1 > 0 && instance.Box.Y1 > 0 && instance.Box.X2 < 1 && instance.Box.Y2 < 1);
        }
    }

    [Fact]
    public void A_pair_shows_its_verb_between_a_quarter_and_three_quarters_of_the_height()
    {
        var pairs = new ToyPairs();
        for (int i = 0; i < 500; i++)
        {
            ToyScene pair = pairs.Sample(1, i);
            (ToyInstance subject, ToyInstance obj) = (pair.Instances[0], pair.Instances[1]);
            Assert.Equal(
                Assert.Single(pair.Relations).Verb,
                ToyPose.Read(subject.Box.CentreX < obj.Box.CentreX, subject.Flipped, subject.Tilt, obj.Flipped, obj.Tilt));
            Assert.All(pair.Instances, instance => Assert.True(instance.Box.X1 > 0 && instance.Box.X2 < 1 && instance.Box.Y1 > .25 && instance.Box.Y2 < .75));
            Assert.False(subject.Box.IsWithin(obj.Box, 2.99f / 128));
        }
        Assert.Equal(Words(pairs.Sample(3, 17)), Words(new ToyPairs().Sample(3, 17)));
    }

    [Fact]
    public void Weights_that_are_no_distribution_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ToyScenes(new() { CountWeights = [] }));
        Assert.Throws<ArgumentException>(() => new ToyScenes(new() { CountWeights = [0, 0] }));
        Assert.Throws<ArgumentException>(() => new ToyScenes(new() { CountWeights = [1, -1] }));
        Assert.Throws<ArgumentException>(() => new ToyScenes(new() { CountWeights = [.. Enumerable.Repeat(1.0, 21)] }));
    }

    // Four standard deviations of a binomial share.
    private static void Near(double expected, int hits, int trials) =>
        Assert.InRange((double)hits / trials, expected - Slack(expected, trials), expected + Slack(expected, trials));

    private static double Slack(double share, int trials) => 4 * Math.Sqrt(share * (1 - share) / trials);

    private static string Words(ToyScene scene) => Radl.Toybox.Text.ToySceneJson.Write(scene);
}
