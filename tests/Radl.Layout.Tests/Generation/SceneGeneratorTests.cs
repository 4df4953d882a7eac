using Radl.Diffusion.Imaging;
using Radl.Diffusion.Sampling;
using Radl.Layout.Generation;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Tests.Generation;

public sealed class SceneGeneratorTests(SceneGeneratorTests.ModelFolder folder) : TensorTest, IClassFixture<SceneGeneratorTests.ModelFolder>
{
    private static readonly GenerationSettings Settings = new() { Steps = 4 };

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
    public void The_same_seed_gives_the_same_picture_and_another_seed_another()
    {
        using SceneGenerator generator = Open();
        byte[] first = Draw(generator, TwoFish, 7);
        Assert.Equal(first, Draw(generator, TwoFish, 7));
        Assert.NotEqual(first, Draw(generator, TwoFish, 8));
    }

    [Fact]
    public void A_picture_does_not_depend_on_those_drawn_before_it()
    {
        using SceneGenerator generator = Open();
        using BoundScene bound = generator.Bind(TwoFish, Settings);
        byte[][] together = [bound.Draw(3).Image.Pixels, bound.Draw(4, new DrawRequest { AttentionMaps = true }).Image.Pixels, bound.Draw(5).Image.Pixels];
        for (int i = 0; i < together.Length; i++)
        {
            Assert.Equal(Draw(generator, TwoFish, 3 + i), together[i]);
        }
    }

    [Fact]
    public void A_scene_without_instances_is_plain_Stable_Diffusion()
    {
        using SceneGenerator generator = Open();
        Scene alone = TwoFish with { Instances = [] };
        byte[] plain = Draw(generator, TwoFish, 7, Settings with { Method = "sd" });
        Assert.Equal(plain, Draw(generator, alone, 7));
        Assert.Equal(plain, Draw(generator, alone, 7, Settings with { Method = "sd" }));
        Assert.Equal(plain, Draw(generator, TwoFish, 7, Settings with { ControlSteps = 0 }));
    }

    [Fact]
    public void Boxes_labels_strengths_verbs_and_control_steps_all_change_the_picture()
    {
        using SceneGenerator generator = Open();
        SceneInstance first = TwoFish.Instances[0];
        byte[] picture = Draw(generator, TwoFish, 7);
        Scene[] others =
        [
            TwoFish with { Instances = [] },
            TwoFish with { Instances = [first with { Box = new NormalizedBox(0, 0, 0.5, 0.5) }, TwoFish.Instances[1]] },
            TwoFish with { Instances = [first with { Label = "a blue fish" }, TwoFish.Instances[1]] },
            TwoFish with { Instances = [first with { Strength = 2 }, TwoFish.Instances[1]] },
            TwoFish with { Instances = [first with { Negative = "gray" }, TwoFish.Instances[1]] },
            TwoFish with { Instances = [first with { Mask = new PolygonShape([[(0, 0.25), (0.5, 0.25), (0, 0.75)]]) }, TwoFish.Instances[1]] },
            TwoFish with { Relations = [] },
            TwoFish with { Relations = [new SceneRelation(0, "holding", 1)] },
            TwoFish with { NegativePrompt = "gray" },
        ];
        Assert.All(others, other => Assert.NotEqual(picture, Draw(generator, other, 7)));
        Assert.NotEqual(picture, Draw(generator, TwoFish, 7, Settings with { ControlSteps = 4 }));
    }

    [Fact]
    public void Relations_that_are_left_out_come_from_the_prompt()
    {
        using SceneGenerator generator = Open();
        Assert.Equal(Draw(generator, TwoFish with { Relations = [new SceneRelation(0, "chasing", 1)] }, 7), Draw(generator, TwoFish, 7));
    }

    [Fact]
    public void Cancelling_ends_before_another_step()
    {
        using SceneGenerator generator = Open();
        using BoundScene bound = generator.Bind(TwoFish, Settings);
        using var stop = new CancellationTokenSource();
        var steps = new List<int>();
        var progress = new Reports(report =>
        {
            steps.Add(report.Step);
            if (report.Step == 2)
            {
                stop.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => bound.Draw(7, null, progress, stop.Token));
        Assert.Equal([1, 2], steps);
    }

    [Fact]
    public void Heat_maps_show_each_instance_and_each_verb_at_both_resolutions()
    {
        using SceneGenerator generator = Open();
        using BoundScene bound = generator.Bind(TwoFish, Settings);
        IReadOnlyList<SceneHeatMap> maps = bound.Draw(7, new DrawRequest { AttentionMaps = true }).HeatMaps;
        Assert.Equal(
            ["Instance a red fish 4", "Instance a red fish 8", "Instance a blue car 4", "Instance a blue car 8", "Verb chasing 4", "Verb chasing 8"],
            maps.Select(map => $"{map.Kind} {map.Name} {map.Height}"));
        Assert.All(maps, map => Assert.Equal(map.Height * map.Width, map.Values.Count));
        Assert.All(maps, map => Assert.All(map.Values, value => Assert.InRange(value, 0, 1.0001f)));
        RgbImage picture = SceneHeatMaps.Picture(new RgbImage(64, 64), maps);
        Assert.True(picture.Width > 2 * 256 && picture.Height > 3 * 256);
    }

    [Fact]
    public void There_is_a_preview_after_every_step_and_the_last_is_the_picture()
    {
        using SceneGenerator generator = Open();
        using BoundScene bound = generator.Bind(TwoFish, Settings);
        var previews = new List<(int Step, RgbImage Image)>();
        DrawnPicture picture = bound.Draw(7, new DrawRequest { Preview = (step, image) => previews.Add((step, image)) });
        Assert.Equal([1, 2, 3, 4], previews.Select(preview => preview.Step));
        Assert.Equal(picture.Image.Pixels, previews[^1].Image.Pixels);
        Assert.NotEqual(picture.Image.Pixels, previews[0].Image.Pixels);
    }

    [Theory]
    [InlineData("euler", 7.5)]
    [InlineData("ddim", 1)]
    [InlineData("pndm", 0)]
    [InlineData("lms", 3)]
    [InlineData("dpmsolver", 7.5)]
    [InlineData("unipc", 7.5)]
    public void Every_solver_and_guidance_draws_any_size(string solver, double guidance)
    {
        using SceneGenerator generator = Open();
        using BoundScene bound = generator.Bind(TwoFish with { Width = 72, Height = 96 }, new GenerationSettings { Steps = 6, Scheduler = solver, Guidance = guidance });
        RgbImage image = bound.Draw(7).Image;
        Assert.Equal((72, 96), (image.Width, image.Height));
        Assert.True(image.Pixels.Distinct().Count() > 8);
    }

    [Fact]
    public void A_region_without_a_pixel_and_a_mask_beside_its_box_are_worth_a_warning()
    {
        using SceneGenerator generator = Open();
        SceneInstance fish = TwoFish.Instances[0];
        SceneInstance car = TwoFish.Instances[1];
        var sliver = new PolygonShape([[(0.1, 0.101), (0.4, 0.101), (0.4, 0.1011)]]);
        Scene scene = TwoFish with { Width = 64, Height = 64, Instances = [fish with { Mask = sliver }, car with { Mask = new PolygonShape([[(0, 0), (0.4, 0), (0, 0.4)]]) }] };
        Assert.Equal(
        [
            "the mask of \"a red fish\" (instances[0]) marks no pixel of 64x64, so it has no region",
            "the mask of \"a blue car\" (instances[1]) lies outside its box; the region is the mask's, the position told to the method the box's",
        ],
        Warnings(scene));
        Assert.Equal(
            ["the box of \"a red fish\" (instances[0]) marks no pixel of 64x64, so it has no region"],
            Warnings(scene with { Instances = [fish with { Box = new NormalizedBox(0.001, 0, 0.002, 1) }, car] }));
        Assert.Empty(Warnings(TwoFish));

        IReadOnlyList<string> Warnings(Scene one)
        {
            using BoundScene bound = generator.Bind(one, Settings);
            return bound.Warnings;
        }
    }

    [Fact]
    public void Texts_that_are_cut_off_and_crowds_are_worth_a_warning()
    {
        using SceneGenerator generator = Open();
        SceneInstance[] seven = [.. Enumerable.Range(0, 7).Select(i => new SceneInstance { Label = "a fish", Box = new NormalizedBox(i / 7.0, 0, (i + 1) / 7.0, 1) })];
        using BoundScene bound = generator.Bind(new Scene { Prompt = string.Join(' ', Enumerable.Repeat("fish", 30)), Instances = seven }, Settings);
        Assert.Equal(2, bound.Warnings.Count);
        Assert.Contains("32 tokens; the model reads the first 16", bound.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("7 instances", bound.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_the_adapter_says_so_and_still_draws_the_prompt()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        using SceneGenerator generator = SceneGenerator.Open(scratch.Path, DType.Float32, Device.Cpu);
        Assert.Contains("--method sd", Assert.Throws<FileNotFoundException>(() => generator.Bind(TwoFish)).Message, StringComparison.Ordinal);
        Assert.NotEmpty(Draw(generator, TwoFish, 1, Settings with { Method = "sd" }));
    }

    [Fact]
    public void MIGC_draws_boxes_and_labels_and_knows_no_verbs()
    {
        using SceneGenerator generator = Open();
        GenerationSettings migc = Settings with { Method = "migc" };
        byte[] picture = Draw(generator, TwoFish, 7, migc);
        Assert.NotEqual(Draw(generator, TwoFish, 7), picture);
        Assert.NotEqual(Draw(generator, TwoFish, 7, Settings with { Method = "sd" }), picture);
        Assert.NotEqual(Draw(generator, TwoFish with { Instances = [TwoFish.Instances[0]] }, 7, migc), picture);
        Assert.Equal(picture, Draw(generator, TwoFish with { Relations = [new SceneRelation(0, "holding", 1)] }, 7, migc));
        using BoundScene bound = generator.Bind(TwoFish, migc);
        DrawnPicture drawn = bound.Draw(7, new DrawRequest { AttentionMaps = true });
        Assert.Equal(picture, drawn.Image.Pixels);
        Assert.Equal(
            ["Instance a red fish 4", "Instance a red fish 8", "Instance a blue car 4", "Instance a blue car 8"],
            drawn.HeatMaps.Select(map => $"{map.Kind} {map.Name} {map.Height}"));
    }

    [Fact]
    public void A_folder_that_holds_another_methods_adapter_is_refused()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        TinyMigc.Write(scratch.Path, name: "radl");
        using SceneGenerator generator = SceneGenerator.Open(scratch.Path, DType.Float32, Device.Cpu);
        Assert.Contains("method 'migc', its folder says 'radl'", Assert.Throws<InvalidDataException>(() => generator.Bind(TwoFish)).Message, StringComparison.Ordinal);
        Assert.Contains("no adapter for method 'migc'", Assert.Throws<FileNotFoundException>(() => generator.Bind(TwoFish, Settings with { Method = "migc" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 7.5, "euler", "radl", "steps (0)")]
    [InlineData(4, double.NaN, "euler", "radl", "guidance (NaN)")]
    [InlineData(4, 7.5, "heun", "radl", "scheduler 'heun' is not one of euler, ddim")]
    [InlineData(4, 7.5, "euler", "magic", "method 'magic' is not one of radl, migc, ")]
    public void A_setting_out_of_range_is_named(int steps, double guidance, string scheduler, string method, string expected)
    {
        var settings = new GenerationSettings { Steps = steps, Guidance = guidance, Scheduler = scheduler, Method = method };
        Assert.Contains(expected, Assert.Throws<ArgumentException>(settings.Validate).Message, StringComparison.Ordinal);
    }

    private SceneGenerator Open() => SceneGenerator.Open(folder.Path, DType.Float32, Device.Cpu);

    private static byte[] Draw(SceneGenerator generator, Scene scene, long seed, GenerationSettings? settings = null)
    {
        using BoundScene bound = generator.Bind(scene, settings ?? Settings);
        return bound.Draw(seed).Image.Pixels;
    }

    public sealed class ModelFolder : IDisposable
    {
        private readonly ScratchFolder _scratch = new();
        private readonly int _threadsBefore = TorchRuntime.Threads;

        public ModelFolder()
        {
            TorchRuntime.Threads = 1; // the ops of a tiny model are shorter than a barrier
            TinyDiffusionModel.Write(Path);
            TinyRadl.Write(Path);
            TinyMigc.Write(Path);
        }

        public string Path => _scratch.Path;

        public void Dispose()
        {
            TorchRuntime.Threads = _threadsBefore;
            _scratch.Dispose();
        }
    }

    private sealed class Reports(Action<SamplingProgress> report) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value) => report(value);
    }
}
