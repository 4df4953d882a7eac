using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Lora;
using Radl.Layout.Generation;

namespace Radl.Studio.Tests.Api;

public sealed class GenerationTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task A_scene_becomes_a_picture_that_holds_its_recipe()
    {
        await StartServer();

        using HttpResponseMessage accepted = await Client.PostAsync("/api/generations", Json(Request("""{"steps":2,"count":2,"seed":5}""")), Stop);
        var first = (await accepted.Content.ReadFromJsonAsync<JsonNode>(Stop))!;
        string id = (string)first["id"]!;
        JsonNode done = await Ended(id);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal($"/api/generations/{id}", accepted.Headers.Location?.ToString());
        Assert.Equal("done", (string)done["state"]!);
        Assert.Equal((4, 4), ((int)done["step"]!, (int)done["total"]!));
        Assert.Equal([5L, 6L], done["images"]!.AsArray().Select(image => (long)image!["seed"]!));
        Assert.Equal("radl", (string)done["settings"]!["method"]!);
        using Stream png = await Client.GetStreamAsync((string)done["images"]![1]!["url"]!, Stop);
        PictureRecipe recipe = PictureRecipe.Parse(PngReader.Read(png, "answer").Texts[PictureRecipe.Keyword], "answer");
        Assert.Equal((6, "tiny", 2, "a red fish"), (recipe.Seed, recipe.Model, recipe.Settings.Steps, recipe.Scene.Instances[0].Label));
    }

    [Fact]
    public async Task The_same_seed_and_settings_give_the_same_bytes_and_a_picture_gives_its_own_settings_back()
    {
        await StartServer();

        byte[] one = await Picture(await Submit("""{"steps":3,"seed":9,"guidance":2}"""));
        using var upload = new ByteArrayContent(one);
        upload.Headers.ContentType = new("image/png");
        using HttpResponseMessage answer = await Client.PostAsync("/api/scenes/from-picture", upload, Stop);
        var recipe = (await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!;
        byte[] other = await Picture(await Submit(recipe["settings"]!.ToJsonString(), recipe["scene"]!.ToJsonString()));

        Assert.Equal(one, other);
        Assert.Equal(3, (int)recipe["settings"]!["steps"]!);
        Assert.Equal(9, (long)recipe["scene"]!["seed"]!);
    }

    [Fact]
    public async Task A_picture_that_was_drawn_with_a_lora_says_that_it_is_left_out()
    {
        await StartServer();
        PngImage drawn = PngReader.Read(new MemoryStream(await Picture(await Submit("""{"steps":1}"""))), "answer");
        PictureRecipe recipe = PictureRecipe.Parse(drawn.Texts[PictureRecipe.Keyword], "answer") with { Loras = [new LoraUse("loras/ink.safetensors", 0.5, "ab")] };
        using var png = new MemoryStream();
        PngWriter.Write(png, drawn.Colours, [recipe.ToText()]);
        using var upload = new ByteArrayContent(png.ToArray());
        upload.Headers.ContentType = new("image/png");

        using HttpResponseMessage answer = await Client.PostAsync("/api/scenes/from-picture", upload, Stop);
        JsonNode body = (await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!;

        Assert.Contains("ink.safetensors at strength 0.5", (string)Assert.Single(body["warnings"]!.AsArray())!, StringComparison.Ordinal);
        Assert.Equal(1, (int)body["settings"]!["steps"]!);
    }

    [Fact]
    public async Task A_picture_is_cached_for_ever_and_asked_for_by_its_tag_only_once()
    {
        await StartServer();
        string id = await Submit();
        await Ended(id);

        using HttpResponseMessage first = await Client.GetAsync($"/api/generations/{id}/image.png", Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/generations/{id}/image.png");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await Client.SendAsync(again, Stop);

        Assert.Contains("immutable", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Attention_maps_are_recorded_per_step_where_they_are_asked_for()
    {
        await StartServer();
        string with = await Submit("""{"steps":8,"control_steps":6,"attention_maps":true}""");
        string without = await Submit();

        JsonNode done = await Ended(with);
        await Ended(without);
        JsonNode maps = (await Client.GetFromJsonAsync<JsonNode>($"/api/generations/{with}/maps", Stop))!;

        Assert.True((bool)done["has_maps"]!);
        Assert.Equal([0, 5], maps["steps"]!.AsArray().Select(step => (int)step!));
        JsonNode map = maps["maps"]!.AsArray().First(map => (string)map!["kind"]! == "instance" && (string)map["name"]! == "a blue car")!;
        Assert.Equal(2, map["values"]!.AsArray().Count);
        Assert.Equal((int)map["height"]! * (int)map["width"]!, map["values"]![0]!.AsArray().Count);
        Assert.All(map["values"]!.AsArray().SelectMany(frame => frame!.AsArray()), value => Assert.InRange((float)value!, 0, 1));
        Assert.Contains(maps["maps"]!.AsArray(), map => (string)map!["kind"]! == "verb" && (string)map["name"]! == "chasing");
        Assert.Equal(HttpStatusCode.NotFound, (await Send(HttpMethod.Get, $"/api/generations/{without}/maps")).Status);
    }

    [Fact]
    public async Task A_generation_that_has_not_ended_has_no_picture_yet()
    {
        await StartServer();
        string id = await Submit("""{"steps":1000}""");

        (HttpStatusCode status, JsonNode? body) = await Send(HttpMethod.Get, $"/api/generations/{id}/image.png");
        await Send(HttpMethod.Delete, $"/api/generations/{id}");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("the generation has not ended yet", (string)body!["detail"]!);
        Assert.Equal("cancelled", (string)(await Ended(id))["state"]!);
    }

    private async Task<byte[]> Picture(string id)
    {
        JsonNode done = await Ended(id);
        return await Client.GetByteArrayAsync((string)done["images"]![0]!["url"]!, Stop);
    }
}
