using Radl.Diffusion.Imaging;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Scenes;

public sealed class SceneMaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("radl-masks").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_mask_picture_is_found_beside_the_scene_and_gives_the_box()
    {
        var picture = new RgbImage(8, 4);
        picture.Fill(2, 1, 4, 2, new Rgb(0, 200, 0));
        PngWriter.Write(Path.Combine(_folder, "fish.png"), picture);
        var scene = Path.Combine(_folder, "scene.json");
        File.WriteAllText(scene, Json("\"fish.png\""));
        var instance = SceneReader.ReadFile(scene).Instances[0];
        Assert.Equal(new NormalizedBox(0.25, 0.25, 0.75, 0.75), instance.Box);
        Assert.Equal(8, Assert.IsType<ImageShape>(instance.Mask).Marks.Count(true));
    }

    [Fact]
    public void Polygons_give_the_box()
    {
        var instance = SceneReader.Parse(Json("[[[0.1, 0.2], [0.5, 0.2], [0.3, 0.9]], [[0.6, 0.6], [0.7, 0.6], [0.7, 0.7]]]"), "scene.json").Instances[0];
        Assert.Equal(new NormalizedBox(0.1, 0.2, 0.7, 0.9), instance.Box);
        Assert.Equal(2, Assert.IsType<PolygonShape>(instance.Mask).Polygons.Count);
    }

    [Fact]
    public void A_polygon_that_crosses_itself_covers_area_though_its_halves_cancel() =>
        Assert.NotNull(SceneReader.Parse(Json("[[[0, 0], [1, 1], [1, 0], [0, 1]]]"), "scene.json").Instances[0].Mask);

    [Fact]
    public void Masks_may_share_a_box()
    {
        const string Half = "{\"label\": \"b\", \"box\": [0,0,1,1], \"mask\": [[[0,0],[1,0],[0,1]]]}";
        Assert.Equal(2, SceneReader.Parse($"{{\"prompt\": \"a\", \"instances\": [{Half}, {Half}]}}", "scene.json").Instances.Count);
    }

    [Theory]
    [InlineData("3", "instances[0].mask: must be the path of a PNG file or a list of polygons")]
    [InlineData("[]", "instances[0].mask: has no polygon")]
    [InlineData("[[[0,0],[1,1]]]", "instances[0].mask[0]: has 2 points; 3 to 4096 are allowed")]
    [InlineData("[[[0,0],[1,1],[0]]]", "instances[0].mask[0][2]: must be [x, y], not 1 numbers")]
    [InlineData("[[[0,0],[1,1],[0,2]]]", "instances[0].mask[0][2]: (0, 2) must lie in [0, 1]")]
    [InlineData("[[[0,0],[1,0],[0.5,0]]]", "instances[0].mask[0]: covers no area: y2 (0) must be greater than y1 (0)")]
    [InlineData("[[[0.1,0.1],[0.5,0.5],[0.9,0.9]]]", "instances[0].mask[0]: covers no area: all of its points lie on one line")]
    [InlineData("[[[0.1,0.2],[0.3,0.4],[0.7,0.8],[0.5,0.6]]]", "instances[0].mask[0]: covers no area: all of its points lie on one line")]
    [InlineData("[[[0,0],[1,0],[0.5,1]], [[0.9,0.1],[0.6,0.4],[0.9,0.1]]]", "instances[0].mask[1]: covers no area: all of its points lie on one line")]
    [InlineData("[[[0,0],[1,0],[0.5,\"x\"]]]", "instances[0].mask[0][2][1]: must be a number, not a string")]
    [InlineData("\"fish.png\"", "instances[0].mask: a file is not allowed here")]
    [InlineData("\"data:image/png;base64,####\"", "instances[0].mask: the embedded PNG must be valid base64")]
    [InlineData("\"data:image/png;base64,AAAA\"", "instances[0].mask: embedded PNG: signature: these are not the eight bytes")]
    public void A_wrong_mask_is_named_with_its_rule(string mask, string error) => SceneReaderTests.AssertError(Json(mask), error);

    [Theory]
    [InlineData("missing.png", "missing.png")]
    [InlineData("broken.png", "signature: these are not the eight bytes")]
    [InlineData("empty.png", "marks no pixel")]
    [InlineData("", "must be the path of a PNG file")]
    public void A_mask_file_that_cannot_serve_is_named(string file, string rule)
    {
        File.WriteAllText(Path.Combine(_folder, "broken.png"), "not a picture");
        PngWriter.Write(Path.Combine(_folder, "empty.png"), new RgbImage(4, 4));
        var error = Assert.Throws<SceneFormatException>(() => SceneReader.Parse(Json($"\"{file}\""), "scene.json", _folder));
        Assert.Equal("instances[0].mask", error.JsonPath);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    private static string Json(string mask) => $"{{\"prompt\": \"a\", \"instances\": [{{\"label\": \"b\", \"mask\": {mask}}}]}}";
}
