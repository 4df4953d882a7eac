using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Studio.Security;

namespace Radl.Studio.Api;

/// <summary>Generations: asked for, listed, read, cancelled and removed.</summary>
internal static class GenerationEndpoints
{
    private const int UsualPage = 24;
    private const int MostPage = 100;
    private const int MostQuery = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/api/generations").WithTags("Generations").NeedsKey();
        group.MapPost("", Submit).WithSummary("Asks for a picture of a scene").Accepts<GenerationRequestBody>("application/json")
            .Produces<GenerationBody>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(413).ProducesProblem(429).ProducesProblem(503).ProducesProblem(507);
        group.MapGet("", List).WithSummary("The gallery, newest first").Produces<GenerationPage>().ProducesProblem(400);
        group.MapGet("/{id}", Read).WithSummary("A generation").Produces<GenerationBody>().ProducesProblem(404);
        group.MapDelete("/{id}", Remove).WithSummary("Cancels a generation that has not ended, within one step; removes one that has")
            .Produces(StatusCodes.Status202Accepted).Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
    }

    /// <summary>Puts a request into the queue.</summary>
    /// <exception cref="RequestException">There is no room.</exception>
    public static Job Enqueue(HttpContext context, JobBoard board, JobRequest request) =>
        board.TrySubmit(Gate.OwnerOf(context), request, out Job? job) ? job
            : throw new RequestException(StatusCodes.Status429TooManyRequests, "the queue is full; try again when a generation has ended") { RetryAfter = RetrySeconds(board) };

    /// <summary>A generation, or null.</summary>
    public static GenerationBody? Find(string id, JobBoard board, GalleryStore gallery) =>
        board.Find(id) is { } job ? GenerationBody.Of(job.Snapshot()) : gallery.Find(id) is { } entry ? GenerationBody.Of(entry) : null;

    private static async Task<IResult> Submit(HttpContext context, GenerationReader reader, JobBoard board)
    {
        JobRequest request = reader.Read(await RequestBody.ReadJsonAsync(context.Request, RequestBody.UploadBytes));
        Job job = Enqueue(context, board, request);
        context.Response.Headers.Location = $"/api/generations/{job.Id}";
        return Results.Json(GenerationBody.Of(job.Snapshot()), StudioJson.Wire.GenerationBody, statusCode: StatusCodes.Status202Accepted);
    }

    private static IResult List(JobBoard board, GalleryStore gallery, string? query = null, string? state = null, string? before = null, string? limit = null)
    {
        if (query?.Length > MostQuery)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, $"has {query.Length} characters; at most {MostQuery} are allowed", "query");
        }
        JobState? only = string.IsNullOrEmpty(state) ? null : JobStates.Parse(state) ?? throw new RequestException(StatusCodes.Status400BadRequest, $"'{state}' is not a state", "state");
        if (!string.IsNullOrEmpty(before) && !JobIds.IsId(before))
        {
            throw new RequestException(StatusCodes.Status400BadRequest, "is not an id", "before");
        }
        int most = UsualPage;
        if (!string.IsNullOrEmpty(limit) && !(int.TryParse(limit, System.Globalization.CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MostPage))
        {
            throw new RequestException(StatusCodes.Status400BadRequest, $"must be a number from 1 to {MostPage}", "limit");
        }
        // Only acceptance and end are kept: what runs is queued in the gallery.
        JobState? kept = only == JobState.Running ? JobState.Queued : only;
        IReadOnlyList<GalleryEntry> entries = gallery.Search(query, kept, string.IsNullOrEmpty(before) ? null : before, most);
        GenerationBody[] items = [.. entries.Select(entry => entry.State.IsFinal() ? GenerationBody.Of(entry) : Find(entry.Id, board, gallery)).OfType<GenerationBody>()
            .Where(item => only is null || item.State == only.Value.Name())];
        return Results.Json(new GenerationPage(items, entries.Count == most ? entries[^1].Id : null), StudioJson.Wire.GenerationPage);
    }

    private static IResult Read(string id, JobBoard board, GalleryStore gallery) =>
        Find(id, board, gallery) is { } body ? Results.Json(body, StudioJson.Wire.GenerationBody) : Problems.NotFound("there is no such generation");

    private static IResult Remove(string id, JobBoard board, GalleryStore gallery)
    {
        if (board.Cancel(id))
        {
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
        return gallery.Remove(id) ? Results.NoContent() : Problems.NotFound("there is no such generation");
    }

    private static int RetrySeconds(JobBoard board) => board.SecondsToRoom is { } seconds ? (int)Math.Clamp(Math.Ceiling(seconds), 1, 600) : 5;
}
