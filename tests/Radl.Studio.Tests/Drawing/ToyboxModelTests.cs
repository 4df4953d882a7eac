using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Models;
using Radl.Layout.Generation;
using Radl.Layout.Scenes;
using Radl.Studio.Drawing;
using Radl.Torch;

namespace Radl.Studio.Tests.Drawing;

/// <summary>With the repository's own model: what only a trained one can show.</summary>
public sealed class ToyboxModelTests : StudioTest
{
    private const string Chase = """
        {"prompt":"a red striped fish chasing a blue solid car, on a gray background","instances":[
          {"label":"a red striped fish","box":[0.039,0.364,0.461,0.636]},{"label":"a blue solid car","box":[0.523,0.376,0.961,0.624]}],"seed":7}
        """;

    public ToyboxModelTests(TinyModels models)
        : base(models) => Options = Options with { Models = new ModelLocator([Path.Combine(Repository, "models")]), Model = "toybox" };

    [Fact]
    public async Task The_detector_finds_what_was_asked_for_where_it_was_asked_for()
    {
        await StartServer();
        JsonNode model = (await Client.GetFromJsonAsync<JsonArray>("/api/models", Stop))!.First(entry => (string)entry!["name"]! == "toybox")!;
        string id = await Submit("""{"steps":8}""", Chase);
        JsonNode done = await Ended(id);
        JsonNode found = (await Client.GetFromJsonAsync<JsonNode>($"/api/generations/{id}/detections", Stop))!;

        Assert.True((bool)model["has_detector"]!);
        Assert.Equal(done["detections"]![0]!.ToJsonString(), found.ToJsonString());
        Assert.Equal(["a red striped fish", "a blue solid car"], found["instances"]!.AsArray().Select(entry => (string)entry!["label"]!));
        Assert.All(found["instances"]!.AsArray(), entry => Assert.True((double)entry!["iou"]! > 0.5 && (bool)entry["color_ok"]!, entry.ToJsonString()));
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, $"/api/generations/{id}/detections?index=1")).Status);
    }

    [Fact]
    public async Task Labels_of_another_world_have_no_detections()
    {
        await StartServer();
        string id = await Submit("""{"steps":1}""", """{"prompt":"a zebra","instances":[{"label":"a zebra","box":[0,0,1,1]}]}""");

        Assert.Null((await Ended(id))["detections"]);
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, $"/api/generations/{id}/detections")).Status);
    }

    [Fact]
    public void A_preview_resembles_the_picture_that_the_decoder_makes()
    {
        using SceneGenerator generator = SceneGenerator.Open(Path.Combine(Repository, "models", "toybox"), DType.Float32, Device.Cpu);
        LatentPreview preview = LatentPreview.Fit(generator.Model.Vae, Device.Cpu);
        using BoundScene bound = generator.Bind(SceneReader.Parse(Chase, "chase"), new GenerationSettings { Steps = 8, Guidance = 3 });
        RgbImage? last = null;

        DrawnPicture drawn = bound.Draw(7, new DrawRequest { Latents = (_, latents) => last = preview.Show(latents) });

        double[] real = [.. Means(drawn.Image, 8)];
        double[] shown = [.. last!.Pixels.Select(value => (double)value)];
        double correlation = Correlation(real, shown);
        TestContext.Current.TestOutputHelper?.WriteLine($"correlation {correlation:f3}");
        Assert.Equal((16, 16), (last.Width, last.Height));
        Assert.True(correlation > 0.8, $"correlation {correlation}");
    }

    private static IEnumerable<double> Means(RgbImage picture, int factor)
    {
        for (int y = 0; y < picture.Height; y += factor)
        {
            for (int x = 0; x < picture.Width; x += factor)
            {
                Rgb[] block = [.. from dy in Enumerable.Range(0, factor) from dx in Enumerable.Range(0, factor) select picture[x + dx, y + dy]];
                yield return block.Average(pixel => pixel.R);
                yield return block.Average(pixel => pixel.G);
                yield return block.Average(pixel => pixel.B);
            }
        }
    }

    private static double Correlation(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        double covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
