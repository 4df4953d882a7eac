using Microsoft.AspNetCore.Http;
using Radl.Studio.Api;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;

namespace Radl.Studio.Compat;

/// <summary>Requests that answer with the picture itself: they take their turn in the same queue, and end with their connection.</summary>
internal static class WaitedJob
{
    /// <summary>Waits for a job.</summary>
    /// <returns>The job when it is done, or why there is none.</returns>
    public static async Task<(JobSnapshot? Done, IResult? Problem)> RunAsync(HttpContext context, JobBoard board, JobRequest request)
    {
        Job job = GenerationEndpoints.Enqueue(context, board, request with { PreviewEvery = 0 });
        // Whoever has gone away needs no picture.
        await using CancellationTokenRegistration gone = context.RequestAborted.Register(() => board.Cancel(job.Id));
        await job.Ended;
        JobSnapshot ended = job.Snapshot();
        return ended switch
        {
            { State: JobState.Done } => (ended, null),
            { Failure: { } failure } => (null, Problems.Of(failure)),
            _ => (null, Problems.Of(StatusCodes.Status409Conflict, "the generation was cancelled")),
        };
    }

    /// <summary>The pictures as base64.</summary>
    public static IReadOnlyList<string> Pictures(JobSnapshot done, GalleryStore gallery) =>
        [.. done.Result!.Pictures.Select(picture => Convert.ToBase64String(File.ReadAllBytes(gallery.PictureFile(done.Id, picture.Index)
            ?? throw new RequestException(StatusCodes.Status409Conflict, "the generation was removed while it was read"))))];
}
