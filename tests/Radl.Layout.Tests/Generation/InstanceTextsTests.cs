using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Generation;

public sealed class InstanceTextsTests
{
    private static readonly MethodNeeds Needs = new() { MostInstances = 27 };

    [Fact]
    public void A_method_that_keeps_negatives_apart_gets_the_pictures_and_each_instances_joined_with_it()
    {
        var texts = new InstanceTexts(Scene("blurry", "", "gray", "blue", "gray"), Needs with { OwnNegatives = true });
        Assert.Equal("blurry", texts.Negative);
        Assert.Equal(["blurry, gray", "blurry, blue"], texts.Negatives);
        Assert.Equal([-1, 0, 1, 0], texts.NegativeOf!);
        Assert.Equal(["gray"], new InstanceTexts(Scene(null, "gray"), Needs with { OwnNegatives = true }).Negatives);
    }

    [Fact]
    public void Any_other_method_gets_one_negative_prompt_of_all()
    {
        foreach (MethodNeeds? needs in (MethodNeeds?[])[Needs, null])
        {
            var texts = new InstanceTexts(Scene("blurry", "", "gray", "blurry", "gray"), needs);
            Assert.Equal("blurry, gray", texts.Negative);
            Assert.Empty(texts.Negatives);
            Assert.Null(texts.NegativeOf);
        }
    }

    [Fact]
    public void Without_negatives_of_instances_there_is_nothing_to_encode_for_them()
    {
        var texts = new InstanceTexts(Scene("blurry", "", ""), Needs with { OwnNegatives = true });
        Assert.Empty(texts.Negatives);
        Assert.Null(texts.NegativeOf);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(9, 7)]
    public void Labels_are_repeated_once_per_instance_and_seven_times_at_most(int instances, int times)
    {
        Scene scene = Scene(null, [.. Enumerable.Repeat("", instances)]);
        var texts = new InstanceTexts(scene, Needs with { RepeatLabels = true });
        Assert.All(texts.Labels, label => Assert.Equal(string.Join(", and ", Enumerable.Repeat("a fish", times)), label));
        Assert.Equal(instances, texts.Labels.Count);
        // The scene itself stays as it is: doing it twice does not repeat twice.
        Assert.All(scene.Instances, instance => Assert.Equal("a fish", instance.Label));
        Assert.All(new InstanceTexts(scene, Needs).Labels, label => Assert.Equal("a fish", label));
    }

    private static Scene Scene(string? negative, params string[] negatives) => new()
    {
        Prompt = "fish",
        NegativePrompt = negative,
        Instances = [.. negatives.Select(own => new SceneInstance { Label = "a fish", Box = new NormalizedBox(0, 0, 1, 1), Negative = own })],
    };
}
