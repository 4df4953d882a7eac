using Radl.Diffusion.Imaging;
using Radl.Layout.Generation;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Tests.Generation;

/// <summary>Masks instead of boxes, crowds and overlaps, with every method that takes regions.</summary>
public sealed class RegionGenerationTests(SceneGeneratorTests.ModelFolder folder) : TensorTest, IClassFixture<SceneGeneratorTests.ModelFolder>
{
    private static readonly NormalizedBox Left = new(0, 0.25, 0.5, 0.75);
    private static readonly NormalizedBox Right = new(0.5, 0.25, 1, 0.75);

    private static readonly Scene Boxes = new()
    {
        Prompt = "a red fish on a gray background",
        Instances = [new SceneInstance { Label = "a red fish", Box = Left }, new SceneInstance { Label = "a blue car", Box = Right }],
    };

    public static TheoryData<string> Methods => ["radl", "migc", "multidiffusion"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_polygon_or_a_mask_picture_takes_the_boxs_place(string method)
    {
        using SceneGenerator generator = Open();
        byte[] boxes = Draw(generator, Boxes, method);
        RegionShape[] likeTheBox =
        [
            new PolygonShape([[(0, 0.25), (0.5, 0.25), (0.5, 0.75), (0, 0.75)]]),
            new ImageShape(2, 4, [false, false, true, false, true, false, false, false]),
        ];
        RegionShape[] others =
        [
            new PolygonShape([[(0, 0.25), (0.5, 0.25), (0, 0.75)]]),
            new ImageShape(4, 4, [false, false, false, false, true, false, false, false, true, true, false, false, false, false, false, false]),
        ];
        Assert.All(likeTheBox, mask => Assert.Equal(boxes, Draw(generator, With(mask), method)));
        Assert.All(others, mask => Assert.NotEqual(boxes, Draw(generator, With(mask), method)));
    }

    [Fact]
    public void A_scene_file_may_give_masks_as_polygons_or_as_an_embedded_picture()
    {
        using SceneGenerator generator = Open();
        using var png = new MemoryStream();
        PngWriter.Write(png, new RgbImage(2, 1, [255, 255, 255, 0, 0, 0]));
        string json = $$"""
            { "prompt": "a red fish", "instances": [
              { "label": "a red fish", "mask": "data:image/png;base64,{{Convert.ToBase64String(png.ToArray())}}" },
              { "label": "a blue car", "mask": [[[0.6, 0.1], [0.9, 0.1], [0.75, 0.9]]] } ] }
            """;
        Scene scene = SceneReader.Parse(json, "scene");
        Assert.Equal(new NormalizedBox(0, 0, 0.5, 1), scene.Instances[0].Box);
        foreach (string method in Methods.Select(row => row.Data))
        {
            Assert.NotEqual(Draw(generator, scene, method), Draw(generator, scene with { Instances = [.. scene.Instances.Select(instance => instance with { Mask = null })] }, method));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Twenty_seven_instances_are_drawn_and_one_more_is_an_error(string method)
    {
        using SceneGenerator generator = Open();
        Scene crowd = Boxes with { Instances = [.. Enumerable.Range(0, 27).Select(Place)] };
        byte[] picture = Draw(generator, crowd, method);
        // The last one counts, too.
        Assert.NotEqual(picture, Draw(generator, crowd with { Instances = [.. crowd.Instances.Take(26)] }, method));
        ArgumentException error = Assert.Throws<ArgumentException>(() => Draw(generator, crowd with { Instances = [.. crowd.Instances, Place(27)] }, method));
        Assert.Contains("at most 27", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Where_two_boxes_meet_strength_shifts_the_balance(string method)
    {
        using SceneGenerator generator = Open();
        SceneInstance fish = Boxes.Instances[0] with { Box = new NormalizedBox(0, 0, 0.75, 1) };
        SceneInstance car = Boxes.Instances[1] with { Box = new NormalizedBox(0.25, 0, 1, 1) };
        byte[] even = Draw(generator, Boxes with { Instances = [fish, car] }, method);
        Assert.NotEqual(even, Draw(generator, Boxes with { Instances = [fish with { Strength = 3 }, car] }, method));
        Assert.NotEqual(even, Draw(generator, Boxes with { Instances = [fish, car with { Strength = 0 }] }, method));
    }

    private static Scene With(RegionShape mask) => Boxes with { Instances = [Boxes.Instances[0] with { Mask = mask }, Boxes.Instances[1]] };

    private static SceneInstance Place(int index)
    {
        double left = index % 7 / 7.0;
        double top = index / 7 / 4.0;
        return new SceneInstance { Label = index % 2 == 0 ? "a red fish" : "a blue car", Box = new NormalizedBox(left, top, left + 0.14, top + 0.25) };
    }

    private static byte[] Draw(SceneGenerator generator, Scene scene, string method)
    {
        using BoundScene bound = generator.Bind(scene, new GenerationSettings { Steps = 3, Method = method });
        return bound.Draw(3).Image.Pixels;
    }

    private SceneGenerator Open() => SceneGenerator.Open(folder.Path, DType.Float32, Device.Cpu);
}
