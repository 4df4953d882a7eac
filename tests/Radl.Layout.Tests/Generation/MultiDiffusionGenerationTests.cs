using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Tests.Generation;

/// <summary>MultiDiffusion from a scene to its picture.</summary>
public sealed class MultiDiffusionGenerationTests(SceneGeneratorTests.ModelFolder folder) : TensorTest, IClassFixture<SceneGeneratorTests.ModelFolder>
{
    private static readonly GenerationSettings Settings = new() { Steps = 3, Method = LayoutMethods.MultiDiffusion };

    private static readonly Scene Fish = new()
    {
        Prompt = "a gray background",
        Instances = [new SceneInstance { Label = "a red fish", Box = new NormalizedBox(0, 0.25, 0.5, 0.75) }],
    };

    [Fact]
    public void The_picture_depends_on_its_seed_alone()
    {
        using SceneGenerator generator = Open();
        using BoundScene bound = generator.Bind(Fish, Settings);
        byte[] first = bound.Draw(3).Image.Pixels;
        byte[] second = bound.Draw(4).Image.Pixels;
        Assert.NotEqual(first, second);
        Assert.Equal(first, bound.Draw(3).Image.Pixels);
        Assert.NotEqual(first, Draw(generator, Fish, Settings with { Method = "sd" }));
    }

    [Fact]
    public void Without_instances_a_wide_picture_is_a_panorama_and_a_native_one_plain()
    {
        using SceneGenerator generator = Open();
        Scene plain = Fish with { Instances = [] };
        Assert.Equal(Draw(generator, plain, Settings with { Method = "sd" }), Draw(generator, plain, Settings));
        Scene wide = plain with { Width = 96 };
        Assert.NotEqual(Draw(generator, wide, Settings with { Method = "sd" }), Draw(generator, wide, Settings));
    }

    [Fact]
    public void A_solver_with_a_history_is_refused_before_anything_is_computed()
    {
        using SceneGenerator generator = Open();
        foreach (string remembering in SolverNames.All.Except(["euler", "ddim"]))
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(() => generator.Bind(Fish, Settings with { Scheduler = remembering }));
            Assert.Equal($"scheduler '{remembering}' remembers earlier steps; multidiffusion takes several steps at once and needs euler or ddim", refused.Message);
        }
        Assert.NotEmpty(Draw(generator, Fish, Settings with { Scheduler = "ddim" }));
    }

    private static byte[] Draw(SceneGenerator generator, Scene scene, GenerationSettings settings)
    {
        using BoundScene bound = generator.Bind(scene, settings);
        return bound.Draw(3).Image.Pixels;
    }

    private SceneGenerator Open() => SceneGenerator.Open(folder.Path, DType.Float32, Device.Cpu);
}
