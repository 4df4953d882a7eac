using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;

namespace Radl.Studio.Tests.Compat;

public sealed class OpenAiTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task A_text_with_boxes_becomes_pictures_in_that_apis_form()
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? answer) = await Send(
            HttpMethod.Post,
            "/v1/images/generations",
            """{"model":"tiny","prompt":"a fish","n":2,"size":"64x72","response_format":"b64_json","user":"x","radl":{"instances":[{"label":"a fish","box":[0,0,1,1]}],"steps":2,"seed":4}}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True((long)answer!["created"]! > 0);
        RgbImage[] pictures = [.. answer["data"]!.AsArray().Select(item => PngReader.Read(new MemoryStream(Convert.FromBase64String((string)item!["b64_json"]!)), "answer").Colours)];
        Assert.Equal([(64, 72), (64, 72)], pictures.Select(picture => (picture.Width, picture.Height)));
        Assert.NotEqual(pictures[0].Pixels, pictures[1].Pixels);
    }

    [Fact]
    public async Task A_picture_can_be_asked_for_as_an_address()
    {
        await StartServer();
        (_, JsonNode? answer) = await Send(HttpMethod.Post, "/v1/images/generations", """{"prompt":"a fish","response_format":"url","radl":{"steps":1}}""");
        string url = (string)answer!["data"]![0]!["url"]!;

        Assert.StartsWith(Server.Address.ToString(), url, StringComparison.Ordinal);
        Assert.NotEmpty(await Client.GetByteArrayAsync(url, Stop));
    }

    [Theory]
    [InlineData("""{"n":1}""", "prompt")]
    [InlineData("""{"prompt":"a","size":"big"}""", "size")]
    [InlineData("""{"prompt":"a","size":"1x1"}""", "width")]
    [InlineData("""{"prompt":"a","response_format":"gif"}""", "response_format")]
    [InlineData("""{"prompt":"a","model":"dall-e-3"}""", "settings.model")]
    [InlineData("""{"prompt":"a","radl":{"instances":[{"label":"b"}]}}""", "radl.instances[0]")]
    public async Task What_cannot_be_done_is_refused_by_name(string body, string path)
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? problem) = await Send(HttpMethod.Post, "/v1/images/generations", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(path, (string?)problem!["path"]);
    }

    [Fact]
    public async Task The_models_are_listed()
    {
        await StartServer();
        JsonNode list = (await Client.GetFromJsonAsync<JsonNode>("/v1/models", Stop))!;

        Assert.Equal("list", (string)list["object"]!);
        Assert.Equal("tiny", (string)list["data"]![0]!["id"]!);
    }
}
