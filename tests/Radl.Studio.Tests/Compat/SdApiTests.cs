using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;
using Radl.Layout.Generation;

namespace Radl.Studio.Tests.Compat;

public sealed class SdApiTests(TinyModels models) : StudioTest(models)
{
    // What the web UI's own clients send, with fields that mean nothing here.
    private const string Body = """
        {
          "prompt": "a red fish and a blue car", "negative_prompt": "blurry", "steps": 3, "cfg_scale": 4.5, "width": 64, "height": 72, "seed": 11,
          "n_iter": 1, "batch_size": 2, "sampler_name": "DPM++ 2M", "restore_faces": false, "tiling": false, "send_images": true, "eta": 0, "styles": [],
          "enable_hr": false, "override_settings": { "sd_model_checkpoint": "tiny" },
          "alwayson_scripts": { "radl": { "args": [ { "instances": [ { "label": "a red fish", "box": [0, 0, 0.5, 1] } ], "relations": [], "method": "radl", "control_steps": 2 } ] } }
        }
        """;

    [Fact]
    public async Task A_text_with_boxes_becomes_pictures_in_that_apis_form()
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? answer) = await Send(HttpMethod.Post, "/sdapi/v1/txt2img", Body);

        Assert.Equal(HttpStatusCode.OK, status);
        PngImage second = PngReader.Read(new MemoryStream(Convert.FromBase64String((string)answer!["images"]![1]!)), "answer");
        Assert.Equal((64, 72), (second.Colours.Width, second.Colours.Height));
        PictureRecipe recipe = PictureRecipe.Parse(second.Texts[PictureRecipe.Keyword], "answer");
        Assert.Equal((12, "dpmsolver", 4.5, 3, 2, "blurry"), (recipe.Seed, recipe.Settings.Scheduler, recipe.Settings.Guidance, recipe.Settings.Steps, recipe.Settings.ResolvedControlSteps, recipe.Scene.NegativePrompt));
        Assert.Empty(recipe.Scene.Relations!);
        Assert.Equal("a red fish and a blue car", (string)answer["parameters"]!["prompt"]!);
        JsonNode info = JsonNode.Parse((string)answer["info"]!)!;
        Assert.Equal([11L, 12L], info["all_seeds"]!.AsArray().Select(seed => (long)seed!));
        Assert.Equal(("DPM++ 2M", 72), ((string)info["sampler_name"]!, (int)info["height"]!));
    }

    [Fact]
    public async Task The_shortest_request_is_enough_and_any_seed_is_minus_one()
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? answer) = await Send(HttpMethod.Post, "/sdapi/v1/txt2img", """{"prompt":"a fish","steps":1,"seed":-1}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(answer!["images"]!.AsArray());
        Assert.True((long)JsonNode.Parse((string)answer["info"]!)!["seed"]! >= 0);
    }

    [Theory]
    [InlineData("""{"prompt":"a","enable_hr":true}""", "enable_hr")]
    [InlineData("""{"prompt":"a","sampler_name":"Euler a"}""", "sampler_name")]
    [InlineData("""{"prompt":"a","steps":"many"}""", "steps")]
    [InlineData("""{"prompt":"a","steps":0}""", "settings.steps")]
    [InlineData("""{"prompt":"a","width":65}""", "width")]
    [InlineData("""{"prompt":"a","batch_size":100000,"n_iter":100000}""", "settings.count")]
    [InlineData("""{"prompt":"a","override_settings":{"sd_model_checkpoint":"v1-5.ckpt"}}""", "settings.model")]
    [InlineData("""{"prompt":"a","alwayson_scripts":{"radl":{"args":[{"instances":[{"label":"b","box":[1,0,0,1]}]}]}}}""", "alwayson_scripts.radl.args[0].instances[0].box")]
    [InlineData("""{"prompt":"a","alwayson_scripts":{"radl":{"args":[{"boxes":[]}]}}}""", "alwayson_scripts.radl.args[0].boxes")]
    [InlineData("""{"prompt":"a","alwayson_scripts":{"radl":{"args":[7]}}}""", "alwayson_scripts.radl.args[0]")]
    [InlineData("[]", "$")]
    public async Task What_cannot_be_done_is_refused_by_name(string body, string path)
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? problem) = await Send(HttpMethod.Post, "/sdapi/v1/txt2img", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(path, (string?)problem!["path"]);
    }

    [Fact]
    public async Task Clients_find_samplers_models_options_and_progress()
    {
        await StartServer();
        JsonArray samplers = (await Client.GetFromJsonAsync<JsonArray>("/sdapi/v1/samplers", Stop))!;
        JsonArray models = (await Client.GetFromJsonAsync<JsonArray>("/sdapi/v1/sd-models", Stop))!;
        JsonNode options = (await Client.GetFromJsonAsync<JsonNode>("/sdapi/v1/options", Stop))!;
        string id = await Submit("""{"steps":1000}""");
        JsonNode progress;
        do
        {
            progress = (await Client.GetFromJsonAsync<JsonNode>("/sdapi/v1/progress", Stop))!;
        }
        while ((double)progress["progress"]! == 0);
        await Send(HttpMethod.Delete, $"/api/generations/{id}");

        Assert.Contains("Euler", samplers.Select(sampler => (string)sampler!["name"]!));
        Assert.Equal("tiny", (string)models[0]!["model_name"]!);
        Assert.Equal("tiny", (string)options["sd_model_checkpoint"]!);
        Assert.Equal(1000, (int)progress["state"]!["sampling_steps"]!);
    }
}
