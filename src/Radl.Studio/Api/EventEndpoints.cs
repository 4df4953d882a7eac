using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;
using Radl.Studio.Security;

namespace Radl.Studio.Api;

/// <summary>What happens to a generation, as it happens: server-sent events.</summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/generations/{id}/events", Stream).WithTags("Generations").NeedsKey()
        .WithSummary("Server-sent events: queued, started, step, and exactly one of done, failed and cancelled. Last-Event-ID takes up a broken stream.")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream").ProducesProblem(404);

    private static async Task Stream(string id, HttpContext context, JobBoard board, GalleryStore gallery, TimeProvider time)
    {
        // The board first: a job that ends in between is in the gallery by then.
        Job? job = board.Find(id);
        GenerationBody? ended = job is null && gallery.Find(id) is { } entry ? GenerationBody.Of(entry) : null;
        if (job is null && ended is null)
        {
            await Problems.NotFound("there is no such generation").ExecuteAsync(context);
            return;
        }
        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
        if (ended is not null)
        {
            // Its events are no longer known; one number behind what the client has read is new to it.
            await Send(response, Math.Min(LastId(context.Request), long.MaxValue - 1) + 1, NameAndData(ended), context.RequestAborted);
            return;
        }
        await Follow(job!, LastId(context.Request), response, time, context.RequestAborted);
    }

    private static async Task Follow(Job job, long after, HttpResponse response, TimeProvider time, CancellationToken cancellation)
    {
        await using IAsyncEnumerator<JobEvent> events = job.Events.ReadAsync(after, cancellation).GetAsyncEnumerator(cancellation);
        await response.StartAsync(cancellation);
        Task<bool> next = events.MoveNextAsync().AsTask();
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task first = await Task.WhenAny(next, Task.Delay(Silence, time, patience.Token));
            await patience.CancelAsync();
            if (first != next)
            {
                cancellation.ThrowIfCancellationRequested();
                await response.WriteAsync(": still here\n\n", cancellation);
                await response.Body.FlushAsync(cancellation);
                continue;
            }
            if (!await next)
            {
                return;
            }
            await Send(response, events.Current.Id, NameAndData(job, events.Current), cancellation);
            next = events.MoveNextAsync().AsTask();
        }
    }

    private static (string Name, string Data) NameAndData(Job job, JobEvent happened) => happened switch
    {
        JobQueuedEvent queued => ("queued", Json(new QueuedData(queued.Position), StudioJson.Wire.QueuedData)),
        JobStartedEvent => ("started", "{}"),
        JobStepEvent step => ("step", Json(
            new StepData(step.Progress.Step, step.Progress.Total, step.Progress.SecondsLeft, step.Preview is null ? null : "data:image/png;base64," + Convert.ToBase64String(step.Preview)),
            StudioJson.Wire.StepData)),
        _ => NameAndData(GenerationBody.Of(job.Snapshot())),
    };

    private static (string Name, string Data) NameAndData(GenerationBody ended) => ended.State switch
    {
        "done" => ("done", Json(ended, StudioJson.Wire.GenerationBody)),
        "failed" => ("failed", Json(new FailedData(ended.Error ?? "failed"), StudioJson.Wire.FailedData)),
        _ => ("cancelled", "{}"),
    };

    private static string Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    private static async Task Send(HttpResponse response, long id, (string Name, string Data) happened, CancellationToken cancellation)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: {happened.Name}\ndata: {happened.Data}\n\n")), cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    private static long LastId(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0;
}
