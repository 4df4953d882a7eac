using Radl.Toybox.Sampling;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Toybox.Tests.Text;

public class ToyCaptionTests
{
    private static readonly ToyInstance Fish = New(ToyCategory.Fish, ToyColor.Red, ToyPattern.Striped);
    private static readonly ToyInstance Car = New(ToyCategory.Car, ToyColor.Blue, ToyPattern.Solid);
    private static readonly ToyInstance Tree = New(ToyCategory.Tree, ToyColor.Orange, ToyPattern.Dotted);

    [Fact]
    public void A_verb_joins_subject_and_object_and_commas_join_the_rest()
    {
        var scene = new ToyScene { Background = ToyBackground.Gray, Instances = [Fish, Car, Tree], Relations = [new(0, ToyVerb.Chasing, 1)] };
        Assert.Equal("a red striped fish chasing a blue solid car, an orange dotted tree, on a gray background", scene.Prompt);
    }

    [Fact]
    public void A_listing_has_every_word_but_the_verb()
    {
        var scene = new ToyScene { Background = ToyBackground.Gray, Instances = [Fish, Car, Tree], Relations = [new(0, ToyVerb.FleeingFrom, 1)] };
        Assert.Equal("a red striped fish, a blue solid car, an orange dotted tree, on a gray background", ToyCaption.Listing(scene));
        Assert.Equal(ToyCaption.Listing(scene), (scene with { Relations = [] }).Prompt);
    }

    [Fact]
    public void A_prompt_can_leave_out_the_background()
    {
        var scene = new ToyScene { Background = ToyBackground.Gray, Instances = [Fish], NamesBackground = false };
        Assert.Equal("a red striped fish", scene.Prompt);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    public void A_relation_of_instances_that_do_not_follow_each_other_is_refused(int subject, int obj)
    {
        var scene = new ToyScene { Background = ToyBackground.Gray, Instances = [Fish, Car, Tree], Relations = [new(subject, ToyVerb.Facing, obj)] };
        Assert.Throws<ArgumentException>(() => scene.Prompt);
    }

    [Fact]
    public void The_vocabulary_has_37_words_and_no_word_twice()
    {
        Assert.Equal(37, ToyVocabulary.Words.Count);
        Assert.Equal(ToyVocabulary.Words.Count, ToyVocabulary.Words.Distinct().Count());
    }

    [Fact]
    public void Prompts_and_labels_use_words_of_the_vocabulary_only_and_at_most_36_of_them()
    {
        var known = ToyVocabulary.Words.ToHashSet();
        var used = new HashSet<string>();
        var scenes = new ToyScenes();
        for (int i = 0; i < 2000; i++)
        {
            ToyScene scene = scenes.Sample(1, i);
            string[] words = Words(scene.Prompt);
            Assert.InRange(words.Length, 4, 36);
            used.UnionWith(words);
            foreach (ToyInstance instance in scene.Instances)
            {
                Assert.Equal(4, Words(instance.Label).Length);
                Assert.Contains(instance.Label, scene.Prompt, StringComparison.Ordinal);
            }
        }

        Assert.Equal(known, used);
    }

    private static string[] Words(string text) =>
        text.Replace(",", " ,", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static ToyInstance New(ToyCategory category, ToyColor color, ToyPattern pattern) =>
        new() { Category = category, Color = color, Pattern = pattern, CentreX = .5f, CentreY = .5f, HalfSize = .2f };
}
