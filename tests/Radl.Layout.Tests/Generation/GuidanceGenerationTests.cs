using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Tests.Generation;

/// <summary>BoxDiff and layout guidance from a scene to a picture, by the same calls as every method.</summary>
public sealed class GuidanceGenerationTests : TensorTest
{
    private static readonly Scene TwoFish = new()
    {
        Prompt = "a red fish chasing a blue car",
        Instances =
        [
            new SceneInstance { Label = "a red fish", Box = new NormalizedBox(0, 0.25, 0.5, 0.75) },
            new SceneInstance { Label = "a blue car", Box = new NormalizedBox(0.5, 0.25, 1, 0.75) },
        ],
    };

    [Theory]
    [InlineData(LayoutMethods.BoxDiff)]
    [InlineData(LayoutMethods.LayoutGuidance)]
    public void Boxes_change_the_picture_and_masks_and_strengths_do_not(string method)
    {
        using var scratch = new ScratchFolder();
        using SceneGenerator generator = Open(scratch);
        SceneInstance first = TwoFish.Instances[0];
        var settings = new GenerationSettings { Steps = 4, Method = method };
        byte[] picture = Draw(generator, TwoFish, settings);
        Assert.Equal(picture, Draw(generator, TwoFish, settings));
        Assert.NotEqual(picture, Draw(generator, With(first with { Box = new NormalizedBox(0, 0, 0.5, 0.5) }), settings));
        Assert.Equal(picture, Draw(generator, With(first with { Strength = 2 }), settings));
        Assert.Equal(picture, Draw(generator, With(first with { Mask = new PolygonShape([[(0, 0.25), (0.5, 0.25), (0, 0.75)]]) }), settings));
        Assert.Equal(Draw(generator, TwoFish, settings with { Method = LayoutMethods.StableDiffusion }), Draw(generator, TwoFish, settings with { ControlSteps = 0 }));
    }

    [Theory]
    [InlineData(LayoutMethods.BoxDiff)]
    [InlineData(LayoutMethods.LayoutGuidance)]
    public void A_picture_does_not_depend_on_those_drawn_before_it(string method)
    {
        using var scratch = new ScratchFolder();
        using SceneGenerator generator = Open(scratch);
        var settings = new GenerationSettings { Steps = 4, Method = method };
        using BoundScene bound = generator.Bind(TwoFish, settings);
        bound.Draw(3);
        Assert.Equal(Draw(generator, TwoFish, settings), bound.Draw(7, new DrawRequest { AttentionMaps = true }).Image.Pixels);
    }

    [Theory]
    [InlineData(LayoutMethods.BoxDiff)]
    [InlineData(LayoutMethods.LayoutGuidance)]
    public void An_instance_that_the_prompt_does_not_name_is_left_out_with_a_warning(string method)
    {
        using var scratch = new ScratchFolder();
        using SceneGenerator generator = Open(scratch);
        var settings = new GenerationSettings { Steps = 2, Method = method };
        Scene unnamed = TwoFish with { Instances = [new SceneInstance { Label = "background", Box = new NormalizedBox(0, 0, 1, 1) }] };
        using BoundScene bound = generator.Bind(unnamed, settings);
        Assert.Contains("\"background\"", Assert.Single(bound.Warnings), StringComparison.Ordinal);
        // A text encoded beside others may be rounded otherwise (libtorch 2.6).
        byte[] plain = Draw(generator, unnamed, settings with { Method = LayoutMethods.StableDiffusion });
        Assert.All(bound.Draw(7).Image.Pixels.Zip(plain), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    [Fact]
    public void The_guided_steps_are_the_references_shares()
    {
        Assert.Equal(25, LayoutMethods.Of(LayoutMethods.BoxDiff).ControlSteps(50));
        Assert.Equal(10, LayoutMethods.Of(LayoutMethods.LayoutGuidance).ControlSteps(51));
    }

    private static Scene With(SceneInstance first) => TwoFish with { Instances = [first, TwoFish.Instances[1]] };

    private static SceneGenerator Open(ScratchFolder scratch)
    {
        TinyDiffusionModel.Write(scratch.Path);
        return SceneGenerator.Open(scratch.Path, DType.Float32, Device.Cpu);
    }

    private static byte[] Draw(SceneGenerator generator, Scene scene, GenerationSettings settings)
    {
        using BoundScene bound = generator.Bind(scene, settings);
        return bound.Draw(7).Image.Pixels;
    }
}
