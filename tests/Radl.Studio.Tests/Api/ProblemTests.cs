using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;

namespace Radl.Studio.Tests.Api;

/// <summary>Bad input is a clear error that says where it stands.</summary>
public sealed class ProblemTests(TinyModels models) : StudioTest(models)
{
    private const string Fish = """{"label":"a fish","box":[0.1,0.1,0.5,0.5]}""";

    public static TheoryData<string, string, string> BadRequests => new()
    {
        { "{", "$", "valid JSON" },
        { "[]", "$", "must be an object, not an array" },
        { "{}", "scene", "is required" },
        { """{"scene":{"prompt":"a"},"sceen":{}}""", "sceen", "unknown field" },
        { """{"scene":{"prompt":"a"},"scene":{"prompt":"b"}}""", "scene", "appears twice" },
        { Of("1"), "scene", "must be an object, not a number" },
        { Of("{}"), "scene.prompt", "is required" },
        { Of("""{"prompt":7}"""), "scene.prompt", "must be a string, not a number" },
        { Of("""{"prompt":"a","promt":"b"}"""), "scene.promt", "unknown field" },
        { Of("""{"prompt":"\ud800"}"""), "scene.prompt", "half of a surrogate pair" },
        { Of("""{"prompt":"a\u0000b"}"""), "scene.prompt", "U+0000" },
        { Of($$"""{"prompt":"{{new string('a', 10_001)}}"}"""), "scene.prompt", "at most 10000" },
        { Instances("""{"label":"a","box":[0.5,0.1,0.2,0.5]}"""), "scene.instances[0].box", "x2 (0.2) must be greater than x1 (0.5)" },
        { Instances("""{"label":"a","box":[0.5,0.1,0.5,0.5]}"""), "scene.instances[0].box", "must be greater" },
        { Instances("""{"label":"a","box":[0.5,0.1,1.5,0.5]}"""), "scene.instances[0].box", "[0, 1]" },
        { Instances("""{"label":"a","box":[0.5,0.1,1e999,0.5]}"""), "scene.instances[0].box[2]", "not finite" },
        { Instances("""{"label":"a","box":[NaN,0.1,1,0.5]}"""), "scene.instances[0].box[0]", "valid JSON" },
        { Instances("""{"label":"a","box":[0.5,0.1,0.7]}"""), "scene.instances[0].box", "not 3 numbers" },
        { Instances("""{"label":"a"}"""), "scene.instances[0]", "needs a box or a mask" },
        { Instances($"{Fish},{Fish}"), "scene.instances[1].box", "duplicate of instances[0].box" },
        { Instances("""{"label":" ","box":[0,0,1,1]}"""), "scene.instances[0].label", "must not be blank" },
        { Instances("""{"label":"a","mask":"/etc/passwd"}"""), "scene.instances[0].mask", "a file is not allowed here" },
        { Instances("""{"label":"a","mask":"data:image/png;base64,AAAA"}"""), "scene.instances[0].mask", "PNG" },
        { Instances("""{"label":"a","mask":"data:image/png;base64,*"}"""), "scene.instances[0].mask", "base64" },
        { Instances(string.Join(',', Enumerable.Repeat(Fish, 10_000))), "scene.instances", "at most 27" },
        { Of("""{"prompt":"a","width":72,"height":7}"""), "scene.height", "[64, 2048]" },
        { Of("""{"prompt":"a","width":73}"""), "scene.width", "multiple of 8" },
        { Of("""{"prompt":"a","relations":[{"subject":0,"verb":"a","object":1}]}"""), "scene.relations[0].subject", "there is none" },
        { Settings("""{"steps":0}"""), "settings.steps", "[1, 1000]" },
        { Settings("""{"steps":1.5}"""), "settings.steps", "integer" },
        { Settings("""{"step":1}"""), "settings.step", "unknown field" },
        { Settings("""{"control_steps":-1}"""), "settings.control_steps", "[0, 1000]" },
        { Settings("""{"guidance":101}"""), "settings.guidance", "[0, 100]" },
        { Settings("""{"scheduler":"heun"}"""), "settings.scheduler", "is not one of" },
        { Settings("""{"method":"multidiffusion","scheduler":"pndm"}"""), "settings.scheduler", "'pndm' remembers earlier steps; multidiffusion takes" },
        { Settings("""{"method":"magic"}"""), "settings.method", "is not one of" },
        { Settings("""{"method":"migc"}"""), "settings.method", "has no adapter in model 'tiny'" },
        { Settings("""{"model":"../tiny"}"""), "settings.model", "is not one of tiny" },
        { Settings("""{"model":"/etc"}"""), "settings.model", "is not one of tiny" },
        { Settings("""{"count":17}"""), "settings.count", "[1, 16]" },
        { Settings("""{"seed":-2}"""), "settings.seed", "must lie in" },
        { Settings("""{"seed":9223372036854775807}"""), "settings.seed", "must lie in" },
        { Of("""{"prompt":"a","seed":9223372036854775807}"""), "scene.seed", "[0, 9223372036854775806]" },
        { Instances("""{"label":"a","mask":[[[0.1,0.1],[0.5,0.5],[0.9,0.9]]]}"""), "scene.instances[0].mask[0]", "covers no area" },
        { Settings("""{"attention_maps":1}"""), "settings.attention_maps", "true or false" },
        { Settings("[]"), "settings", "must be an object" },
    };

    [Fact]
    public async Task A_mistake_is_a_400_that_names_its_place_and_its_rule()
    {
        await StartServer();
        foreach (TheoryDataRow<string, string, string> row in BadRequests)
        {
            (string body, string path, string rule) = row.Data;
            (HttpStatusCode status, JsonNode? problem) = await Send(HttpMethod.Post, "/api/generations", body);

            string shown = body.Length > 200 ? body[..200] : body;
            Assert.True(status == HttpStatusCode.BadRequest, $"{shown}: {status}: {problem}");
            Assert.True((string?)problem!["path"] == path, $"{shown}: {problem}");
            Assert.Contains(rule, (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_error_is_a_problem_document()
    {
        await StartServer();
        using HttpResponseMessage response = await Client.PostAsync("/api/generations", Json("{}"), Stop);
        JsonNode problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(400, (int)problem["status"]!);
        Assert.All((string[])["type", "title", "detail"], name => Assert.NotNull(problem[name]));
    }

    [Theory]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/api/generations", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/generations/../../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/generations/..%2f..%2fetc/image.png", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/generations/01ARZ3NDEKTSV4RRFFQ69G5FAV/image.png", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/generations?state=sleeping", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/generations?limit=1000", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/generations?before=x", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_is_a_problem_too(string verb, string path, HttpStatusCode expected)
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? problem) = await Send(new HttpMethod(verb), path);

        Assert.Equal(expected, status);
        Assert.Equal((int)expected, (int)problem!["status"]!);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_kind_is_refused()
    {
        await StartServer();
        string padding = new(' ', (1 << 20) + 1);
        using var huge = new ByteArrayContent(new byte[(16 << 20) + 1]);
        using var form = new StringContent("scene=1", Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage tooHuge = await Client.PostAsync("/api/scenes/from-picture", huge, Stop);
        using HttpResponseMessage wrongKind = await Client.PostAsync("/api/generations", form, Stop);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send(HttpMethod.Post, "/api/relations", "{\"prompt\":\"a\"}" + padding)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send(HttpMethod.Post, "/api/generations", Request() + padding)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooHuge.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongKind.StatusCode);
    }

    [Theory]
    [InlineData("/api/generations", "text/plain", "application/json")]
    [InlineData("/api/scenes/check", "text/plain", "application/json")]
    [InlineData("/api/scenes/from-picture", "image/jpeg", "image/png")]
    [InlineData("/sdapi/v1/txt2img", "text/plain", "application/json")]
    [InlineData("/v1/images/generations", "text/plain", "application/json")]
    public async Task A_body_of_another_kind_is_told_the_right_one(string path, string kind, string right)
    {
        await StartServer();
        using var body = new StringContent("{}", Encoding.UTF8, kind);
        using HttpResponseMessage response = await Client.PostAsync(path, body, Stop);
        JsonNode problem = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal($"the body must be {right}, and the request's Content-Type say so", (string)problem["detail"]!);
    }

    [Fact]
    public async Task A_scene_is_checked_without_drawing_it()
    {
        await StartServer();
        (HttpStatusCode good, JsonNode? answer) = await Send(HttpMethod.Post, "/api/scenes/check", Scene);
        (HttpStatusCode bad, JsonNode? problem) = await Send(HttpMethod.Post, "/api/scenes/check", """{"prompt":"a","instances":[{"label":"b","box":[1,0,0,1]}]}""");

        Assert.Equal(HttpStatusCode.OK, good);
        Assert.True((bool)answer!["ok"]!);
        Assert.Equal((HttpStatusCode.BadRequest, "instances[0].box"), (bad, (string)problem!["path"]!));
    }

    public static TheoryData<string> Warned =>
    [
        Worded(string.Join(' ', Enumerable.Repeat("fish", 600)), ""),
        Worded("a", $$"""{"label":"{{string.Join(' ', Enumerable.Repeat("red", 100))}} fish","box":[0,0,1,1]}"""),
        Worded("a", string.Join(',', Enumerable.Range(1, 7).Select(n => $$"""{"label":"a fish","box":[0,0,1,0.{{n}}]}"""))),
        Worded("a", """{"label":"a fish","mask":[[[0.1,0.101],[0.9,0.101],[0.9,0.1011]]]}"""),
        Worded("a", """{"label":"a fish","box":[0,0,0.4,0.4],"mask":[[[0.5,0.5],[0.9,0.5],[0.9,0.9]]]}"""),
    ];

    [Theory]
    [MemberData(nameof(Warned))]
    public async Task A_check_warns_as_the_generation_does(string scene)
    {
        await StartServer();
        (_, JsonNode? check) = await Send(HttpMethod.Post, "/api/scenes/check", scene);
        JsonNode done = await Ended(await Submit(scene: scene));

        Assert.Equal("done", (string)done["state"]!);
        Assert.NotEmpty(check!["warnings"]!.AsArray());
        Assert.Equal(done["warnings"]!.ToJsonString(), check["warnings"]!.ToJsonString());
    }

    [Fact]
    public async Task A_mask_travels_inside_the_scene_as_a_picture_or_as_polygons()
    {
        await StartServer();
        string png = Convert.ToBase64String(PngWriter.ToBytes(new RgbImage(4, 4, [.. Enumerable.Repeat((byte)255, 48)])));
        string scene = $$"""{"prompt":"two","instances":[{"label":"a fish","mask":"data:image/png;base64,{{png}}"},{"label":"a car","mask":[[[0.5,0],[1,0],[1,1]]]}]}""";

        string id = await Submit(scene: scene);
        JsonNode done = await Ended(id);

        Assert.Equal("done", (string)done["state"]!);
        Assert.StartsWith("data:image/png;base64,", (string)done["scene"]!["instances"]![0]!["mask"]!, StringComparison.Ordinal);
        Assert.Equal(3, done["scene"]!["instances"]![1]!["mask"]![0]!.AsArray().Count);
    }

    [Fact]
    public async Task A_picture_without_a_recipe_is_understood_and_refused()
    {
        await StartServer();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Upload(PngWriter.ToBytes(new RgbImage(8, 8))));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await Upload(PngWriter.ToBytes(new RgbImage(8, 8), [new("radl", "{\"version\":1}")])));
        Assert.Equal(HttpStatusCode.BadRequest, await Upload(Encoding.ASCII.GetBytes("GIF89a")));
        Assert.Equal(HttpStatusCode.BadRequest, await Upload([]));
    }

    [Fact]
    public async Task The_verbs_of_a_prompt_are_found_where_they_stand()
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? read) = await Send(HttpMethod.Post, "/api/relations", """{"prompt":"a 🐟 and a red fish chasing a blue car"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        JsonNode verb = Assert.Single(read!["verbs"]!.AsArray())!;
        Assert.Equal("chasing", "a 🐟 and a red fish chasing a blue car".Substring((int)verb["start"]!, (int)verb["length"]!));
        Assert.Equal(("fish", "car"), ((string)read["relations"]![0]!["subject"]!, (string)read["relations"]![0]!["object"]!));
    }

    private static string Of(string scene) => $$"""{"scene":{{scene}}}""";

    private static string Instances(string instances) => Of($$"""{"prompt":"a","instances":[{{instances}}]}""");

    private static string Worded(string prompt, string instances) => $$"""{"prompt":"{{prompt}}","instances":[{{instances}}]}""";

    private static string Settings(string settings) => $$"""{"scene":{"prompt":"a"},"settings":{{settings}}}""";

    private async Task<HttpStatusCode> Upload(byte[] bytes)
    {
        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new("image/png");
        using HttpResponseMessage response = await Client.PostAsync("/api/scenes/from-picture", body, Stop);
        return response.StatusCode;
    }
}
