using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Toybox.Tests.Sampling;

public class ToyDrawScenesTests
{
    private const ulong Seed = 77;
    private static readonly ToyDrawScenes Scenes = new();

    [Fact]
    public void The_kinds_take_turns_and_keep_their_rules()
    {
        for (int i = 0; i < 600; i++)
        {
            (ToyDrawKind kind, ToyScene scene) = Scenes.Sample(Seed, i);
            Assert.Equal((ToyDrawKind)(i % 3), kind);
            Assert.Equal(kind == ToyDrawKind.Relation ? 1 : 0, scene.Relations.Count);
            switch (kind)
            {
                case ToyDrawKind.Attribute:
                    Assert.InRange(scene.Instances.Count, 2, 4);
                    break;
                case ToyDrawKind.Quantity:
                    Assert.InRange(scene.Instances.Count, 2, 6);
                    Assert.Single(scene.Instances.Select(n => n.Category).Distinct());
                    Assert.Equal(scene.Instances.Count, scene.Instances.Select(n => n.Color).Distinct().Count());
                    break;
                default:
                    Assert.Equal(2, scene.Instances.Count);
                    Assert.All(scene.Instances, n => Assert.True(ToyAttributes.IsDirected(n.Category)));
                    break;
            }

            Assert.All(scene.Instances, (n, a) => Assert.All(scene.Instances.Skip(a + 1), other => Assert.False(n.Box.IsWithin(other.Box, 2.99f / 128))));
        }
    }

    [Fact]
    public void Every_number_category_and_verb_occurs()
    {
        ToyDrawScene[] scenes = [.. Enumerable.Range(0, 900).Select(i => Scenes.Sample(Seed, i))];
        ToyScene[] quantities = [.. scenes.Where(s => s.Kind == ToyDrawKind.Quantity).Select(s => s.Scene)];
        Assert.Equal([2, 3, 4, 5, 6], quantities.Select(s => s.Instances.Count).Distinct().Order());
        Assert.Equal(ToyAttributes.CategoryCount, quantities.Select(s => s.Instances[0].Category).Distinct().Count());
        Assert.Equal(ToyAttributes.VerbCount, scenes.SelectMany(s => s.Scene.Relations).Select(r => r.Verb).Distinct().Count());
    }

    [Fact]
    public void The_same_index_gives_the_same_prompt_and_the_training_list_another()
    {
        Assert.Equal(Scenes.Sample(Seed, 5).Scene.Prompt, new ToyDrawScenes().Sample(Seed, 5).Scene.Prompt);
        Assert.NotEqual(Scenes.Sample(Seed, 5).Scene.Prompt, new ToyScenes().Sample(Seed, 5).Prompt);
        Assert.Throws<ArgumentOutOfRangeException>(() => Scenes.Sample(Seed, -1));
    }
}
