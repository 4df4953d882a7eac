using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Layout.Scenes;
using Radl.Studio.Api;
using Radl.Studio.Drawing;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Studio.Security;

namespace Radl.Studio.Compat;

/// <summary>OpenAI's image API; boxes stand in the extension <c>radl</c>.</summary>
internal static class OpenAiEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1").WithTags("OpenAI").NeedsKey();
        group.MapPost("/images/generations", Draw).WithSummary("Pictures from a prompt, with boxes in radl.instances").Accepts<JsonElement>("application/json")
            .Produces<OpenAiImages>().ProducesProblem(400).ProducesProblem(429).ProducesProblem(507);
        group.MapGet("/models", (ModelCatalog catalog) => Results.Json(
            new OpenAiModels("list", [.. catalog.Models.Select(model => new OpenAiModel(model.Name, "model", 0, "local"))]), StudioJson.Wire.OpenAiModels))
            .WithSummary("The models").Produces<OpenAiModels>();
    }

    private static async Task<IResult> Draw(HttpContext context, GenerationReader reader, JobBoard board, GalleryStore gallery)
    {
        using JsonDocument document = JsonSyntax.Parse(RequestBody.Name, await RequestBody.ReadJsonAsync(context.Request));
        ForeignJson body = ForeignJson.Of(document);
        bool asUrl = AsUrl(body);
        (JobSnapshot? done, IResult? problem) = await WaitedJob.RunAsync(context, board, Read(body, reader));
        if (done is null)
        {
            return problem!;
        }
        OpenAiImage[] data = asUrl
            ? [.. done.Result!.Pictures.Select(picture => new OpenAiImage(null, $"{context.Request.Scheme}://{context.Request.Host}{ImageBody.UrlOf(done.Id, picture.Index)}"))]
            : [.. WaitedJob.Pictures(done, gallery).Select(picture => new OpenAiImage(picture, null))];
        return Results.Json(new OpenAiImages(done.Created.ToUnixTimeSeconds(), data), StudioJson.Wire.OpenAiImages);
    }

    private static JobRequest Read(ForeignJson body, GenerationReader reader)
    {
        string prompt = body.Text("prompt") ?? throw new RequestException(StatusCodes.Status400BadRequest, "is required", "prompt");
        (int? width, int? height) = Size(body.Text("size"));
        SceneJson? extension = body["radl"];
        ForeignJson? radl = extension is { } json ? ForeignJson.Of(json) : null;
        Scene scene = ForeignScene.Read(prompt, radl?.Text("negative_prompt"), width, height, extension);
        return reader.Complete(scene, new WantedSettings
        {
            Method = radl?.Text("method"),
            Steps = radl?.Integer("steps"),
            ControlSteps = radl?.Integer("control_steps"),
            Guidance = radl?.Number("guidance"),
            Scheduler = radl?.Text("scheduler"),
            Seed = radl?.Seed("seed"),
            Model = body.Text("model"),
            Count = body.Integer("n"),
        });
    }

    private static bool AsUrl(ForeignJson body) => body.Text("response_format") switch
    {
        null or "b64_json" => false,
        "url" => true,
        var other => throw new RequestException(StatusCodes.Status400BadRequest, $"'{other}' is not one of b64_json, url", "response_format"),
    };

    private static (int? Width, int? Height) Size(string? text)
    {
        if (text is null or "auto")
        {
            return (null, null);
        }
        string[] sides = text.Split('x');
        return sides.Length == 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            ? (width, height)
            : throw new RequestException(StatusCodes.Status400BadRequest, "must be WIDTHxHEIGHT, such as 128x128, or auto", "size");
    }
}

/// <summary>Answer of <c>/v1/images/generations</c>.</summary>
public sealed record OpenAiImages(long Created, IReadOnlyList<OpenAiImage> Data);

/// <summary>A picture, as base64 or by its address.</summary>
public sealed record OpenAiImage(
    [property: JsonPropertyName("b64_json"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Base64,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url);

/// <summary>Answer of <c>/v1/models</c>.</summary>
public sealed record OpenAiModels(string Object, IReadOnlyList<OpenAiModel> Data);

/// <summary>A model.</summary>
public sealed record OpenAiModel(string Id, string Object, long Created, string OwnedBy);
