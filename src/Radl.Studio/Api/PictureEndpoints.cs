using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Studio.Security;

namespace Radl.Studio.Api;

/// <summary>What a generation made: pictures, attention maps, detections.</summary>
internal static class PictureEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/api/generations/{id}").WithTags("Pictures").NeedsKey();
        group.MapGet("/image.png", Picture).WithSummary("A picture, with its scene and every setting in its metadata")
            .Produces(StatusCodes.Status200OK, contentType: "image/png").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(507);
        group.MapGet("/maps", Maps).WithSummary("Where instances and verbs acted, step by step").Produces<Drawing.AttentionMapsBody>().ProducesProblem(404).ProducesProblem(409);
        group.MapGet("/detections", Detections).WithSummary("What a detector found in a picture").Produces<PictureDetections>().ProducesProblem(404).ProducesProblem(409);
    }

    private static IResult Picture(string id, HttpContext context, JobBoard board, GalleryStore gallery, string? index = null)
    {
        if (Missing(id, board, gallery) is { } problem)
        {
            return problem;
        }
        if (IndexOf(index) is not { } number || gallery.PictureFile(id, number) is not { } file)
        {
            return Problems.NotFound("there is no such picture");
        }
        // A picture never changes: its id and index are its version.
        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{id}-{number}\""));
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"inline; filename=\"{id}-{number}.png\"");
        return Results.File(file, "image/png", entityTag: tag, enableRangeProcessing: false);
    }

    private static IResult Maps(string id, JobBoard board, GalleryStore gallery) => Missing(id, board, gallery)
        ?? (gallery.MapsFileOf(id) is { } file ? Results.File(file, "application/json") : Problems.NotFound("no attention maps were asked for, or no instance was under control"));

    private static IResult Detections(string id, JobBoard board, GalleryStore gallery, string? index = null)
    {
        if (Missing(id, board, gallery) is { } problem)
        {
            return problem;
        }
        IReadOnlyList<PictureDetections>? all = gallery.Find(id)?.Result?.Detections;
        return all is null ? Problems.NotFound("no detector reads pictures of this model and these labels")
            : IndexOf(index) is { } number && number < all.Count ? Results.Json(all[number], StudioJson.Wire.PictureDetections)
            : Problems.NotFound("there is no such picture");
    }

    // Why there is nothing to show, or null where there is.
    private static IResult? Missing(string id, JobBoard board, GalleryStore gallery)
    {
        if (board.Find(id) is not null)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "the generation has not ended yet");
        }
        return gallery.Find(id) switch
        {
            null => Problems.NotFound("there is no such generation"),
            { State: JobState.Done } => null,
            { Failure: { } failure } => Problems.Of(failure),
            _ => Problems.Of(StatusCodes.Status409Conflict, "the generation was cancelled"),
        };
    }

    private static int? IndexOf(string? text) => string.IsNullOrEmpty(text) ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < JobRequest.MostPictures ? index : null;
}
