using Radl.Diffusion.Sampling;
using Radl.Layout.Generation;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Tests.Generation;

/// <summary>What a drawing shows on the way: its latents, and where it acted in single steps.</summary>
public sealed class HeatMapFramesTests(SceneGeneratorTests.ModelFolder folder) : TensorTest, IClassFixture<SceneGeneratorTests.ModelFolder>
{
    private static readonly Scene Chase = new()
    {
        Prompt = "a red fish chasing a blue car",
        Instances = [new SceneInstance { Label = "a red fish", Box = new NormalizedBox(0, 0, 0.5, 0.5) }, new SceneInstance { Label = "a blue car", Box = new NormalizedBox(0.5, 0.5, 1, 1) }],
    };

    [Fact]
    public void The_maps_of_single_steps_average_to_those_of_the_whole_run()
    {
        using SceneGenerator generator = SceneGenerator.Open(folder.Path, DType.Float32, Device.Cpu);
        using BoundScene bound = generator.Bind(Chase, new GenerationSettings { Steps = 7, ControlSteps = 4 });

        DrawnPicture drawn = bound.Draw(3, new DrawRequest { AttentionMaps = true, AttentionEvery = 1 });

        Assert.Equal([0, 1, 2, 3], drawn.Frames.Select(frame => frame.Step));
        for (int i = 0; i < drawn.HeatMaps.Count; i++)
        {
            SceneHeatMap whole = drawn.HeatMaps[i];
            Assert.All(drawn.Frames, frame => Assert.Equal((whole.Kind, whole.Name, whole.Index), (frame.Maps[i].Kind, frame.Maps[i].Name, frame.Maps[i].Index)));
            for (int at = 0; at < whole.Values.Count; at++)
            {
                Assert.Equal(whole.Values[at], drawn.Frames.Average(frame => frame.Maps[i].Values[at]), 1e-4f);
            }
        }
        Assert.Contains(drawn.Frames.Zip(drawn.Frames.Skip(1)), pair => !pair.First.Maps[0].Values.SequenceEqual(pair.Second.Maps[0].Values));
    }

    [Fact]
    public void A_frame_stands_for_the_steps_behind_the_one_before()
    {
        using SceneGenerator generator = SceneGenerator.Open(folder.Path, DType.Float32, Device.Cpu);
        using BoundScene bound = generator.Bind(Chase, new GenerationSettings { Steps = 7, ControlSteps = 4 });

        IReadOnlyList<HeatMapFrame> every = bound.Draw(3, new DrawRequest { AttentionMaps = true, AttentionEvery = 1 }).Frames;
        IReadOnlyList<HeatMapFrame> second = bound.Draw(3, new DrawRequest { AttentionMaps = true, AttentionEvery = 2 }).Frames;

        // Step 3 is the last that is controlled; it shows in the next frame.
        Assert.Equal([0, 2, 4], second.Select(frame => frame.Step));
        for (int at = 0; at < second[1].Maps[0].Values.Count; at++)
        {
            Assert.Equal((every[1].Maps[0].Values[at] + every[2].Maps[0].Values[at]) / 2, second[1].Maps[0].Values[at], 1e-4f);
        }
    }

    [Fact]
    public void The_latents_of_the_last_step_are_those_of_the_picture()
    {
        using SceneGenerator generator = SceneGenerator.Open(folder.Path, DType.Float32, Device.Cpu);
        using BoundScene bound = generator.Bind(Chase, new GenerationSettings { Steps = 3 });
        var steps = new List<int>();
        byte[] last = [];

        DrawnPicture drawn = bound.Draw(3, new DrawRequest
        {
            Latents = (done, latents) =>
            {
                steps.Add(done);
                using var scope = TensorScope.Enter();
                last = LatentPictures.ToBytes(LatentPictures.Decode(generator.Model.Vae, latents)).ToArray<byte>();
            },
        });

        Assert.Equal([1, 2, 3], steps);
        Assert.Equal(drawn.Image.Pixels, last);
        Assert.Empty(drawn.Frames);
    }
}
