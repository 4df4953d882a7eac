using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Tests.Generation;

/// <summary>GLIGEN from a scene to a picture, by the same calls as every method.</summary>
public sealed class GligenGenerationTests : TensorTest
{
    private static readonly GenerationSettings Settings = new() { Steps = 10, Method = LayoutMethods.Gligen };

    private static readonly Scene TwoFish = new()
    {
        Prompt = "a red fish chasing a blue car",
        Instances =
        [
            new SceneInstance { Label = "a red fish", Box = new NormalizedBox(0, 0.25, 0.5, 0.75) },
            new SceneInstance { Label = "a blue car", Box = new NormalizedBox(0.5, 0.25, 1, 0.75) },
        ],
    };

    [Fact]
    public void Labels_and_boxes_change_the_picture_and_nothing_else_of_an_instance_does()
    {
        using var scratch = new ScratchFolder();
        using SceneGenerator generator = Open(scratch);
        SceneInstance first = TwoFish.Instances[0];
        byte[] picture = Draw(generator, TwoFish, Settings);
        Assert.Equal(picture, Draw(generator, TwoFish, Settings));
        Assert.NotEqual(picture, Draw(generator, With(first with { Box = new NormalizedBox(0, 0, 0.5, 0.5) }), Settings));
        Assert.NotEqual(picture, Draw(generator, With(first with { Label = "a blue fish" }), Settings));
        Assert.Equal(picture, Draw(generator, With(first with { Strength = 2 }), Settings));
        Assert.Equal(picture, Draw(generator, With(first with { Mask = new PolygonShape([[(0, 0.25), (0.5, 0.25), (0, 0.75)]]) }), Settings));
    }

    [Fact]
    public void Three_tenths_of_the_steps_are_grounded_unless_another_number_is_asked_for()
    {
        using var scratch = new ScratchFolder();
        using SceneGenerator generator = Open(scratch);
        byte[] usual = Draw(generator, TwoFish, Settings);
        Assert.Equal(usual, Draw(generator, TwoFish, Settings with { ControlSteps = 3 }));
        Assert.NotEqual(usual, Draw(generator, TwoFish, Settings with { ControlSteps = 4 }));
        Assert.Equal(Draw(generator, TwoFish, Settings with { Method = LayoutMethods.StableDiffusion }), Draw(generator, TwoFish, Settings with { ControlSteps = 0 }));
        // Rounded down, as in the reference: PNDM's 51 calls for 50 steps have 15, too.
        Assert.Equal(15, LayoutMethods.Of(LayoutMethods.Gligen).ControlSteps(51));
    }

    [Fact]
    public void Asking_for_attention_maps_gives_none_and_the_same_picture()
    {
        using var scratch = new ScratchFolder();
        using SceneGenerator generator = Open(scratch);
        using BoundScene bound = generator.Bind(TwoFish, Settings);
        DrawnPicture drawn = bound.Draw(7, new DrawRequest { AttentionMaps = true });
        Assert.Empty(drawn.HeatMaps);
        Assert.Equal(Draw(generator, TwoFish, Settings), drawn.Image.Pixels);
    }

    private static Scene With(SceneInstance first) => TwoFish with { Instances = [first, TwoFish.Instances[1]] };

    private static SceneGenerator Open(ScratchFolder scratch)
    {
        TinyDiffusionModel.Write(scratch.Path);
        TinyGligen.Write(scratch.Path);
        return SceneGenerator.Open(scratch.Path, DType.Float32, Device.Cpu);
    }

    private static byte[] Draw(SceneGenerator generator, Scene scene, GenerationSettings settings)
    {
        using BoundScene bound = generator.Bind(scene, settings);
        return bound.Draw(7).Image.Pixels;
    }
}
