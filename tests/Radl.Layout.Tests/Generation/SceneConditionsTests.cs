using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Generation;

/// <summary>What box a method is told of an instance.</summary>
public sealed class SceneConditionsTests
{
    private static readonly PolygonShape Rectangle = new([[(0.25, 0.5), (1, 0.5), (1, 0.75), (0.25, 0.75)]]);
    private static readonly PolygonShape Speck = new([[(0.1, 0.1), (0.11, 0.1), (0.1, 0.11)]]);

    [Fact]
    public void A_mask_alone_stands_for_its_bounds_by_the_methods_rule()
    {
        var instance = new SceneInstance { Label = "a fish", Box = Rectangle.Bounds, Mask = Rectangle };
        Assert.Equal(new LayoutBox(0.25, 0.5, 1, 0.75), SceneConditions.BoxOf(instance, (8, 16), MaskBounds.Exact));
        Assert.Equal(new LayoutBox(0.25, 0.5, 7 / 8.0, 11 / 16.0), SceneConditions.BoxOf(instance, (8, 16), MaskBounds.LastPixel));
    }

    [Fact]
    public void Another_box_a_box_alone_and_a_mask_too_small_to_be_seen_are_left_as_they_are()
    {
        var box = new NormalizedBox(0.2, 0.5, 1, 0.8);
        SceneInstance[] instances =
        [
            new() { Label = "a fish", Box = box, Mask = Rectangle },
            new() { Label = "a fish", Box = box },
            new() { Label = "a fish", Box = Speck.Bounds, Mask = Speck },
        ];
        Assert.All(instances, instance => Assert.Equal(SceneConditions.BoxOf(instance, (8, 8), MaskBounds.Exact), SceneConditions.BoxOf(instance, (8, 8), MaskBounds.LastPixel)));
    }
}
