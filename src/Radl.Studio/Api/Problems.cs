using System.Globalization;
using Microsoft.AspNetCore.Http;
using Radl.Layout.Scenes;
using Radl.Studio.Jobs;

namespace Radl.Studio.Api;

/// <summary>A request that cannot be granted, and what is answered.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="detail">One sentence for people.</param>
/// <param name="path">Where in the request, as a JSON path; null where there is none.</param>
public sealed class RequestException(int status, string detail, string? path = null) : Exception(detail)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>Where in the request, or null.</summary>
    public string? Path { get; } = path;

    /// <summary>Seconds after which the same request may succeed, or null.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Of a lack of memory: bytes that are needed.</summary>
    public long? NeededBytes { get; init; }

    /// <summary>Of a lack of memory: bytes that are free.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>A mistake in the body.</summary>
    internal static RequestException Of(SceneFormatException error) => new(StatusCodes.Status400BadRequest, error.Rule, error.JsonPath);
}

/// <summary>Errors as RFC 9457 asks for: <c>application/problem+json</c>.</summary>
internal static class Problems
{
    public static IResult Of(int status, string detail, string? path = null, params IEnumerable<KeyValuePair<string, object?>> more)
    {
        IEnumerable<KeyValuePair<string, object?>> place = path is null ? [] : [new("path", path)];
        // A path in front tells those who read the detail alone.
        string text = path is null or "$" ? detail : $"{path}: {detail}";
        return Results.Problem(text, statusCode: status, extensions: place.Concat(more));
    }

    public static IResult Of(RequestException error) => error.NeededBytes is null
        ? Of(error.Status, error.Message, error.Path)
        : Of(error.Status, error.Message, error.Path, Figures(error.NeededBytes, error.AvailableBytes));

    /// <summary>What the server refused before any of our endpoints saw it.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="accepted">Kinds of body that the address takes.</param>
    public static IResult OfPipeline(int status, IEnumerable<string> accepted) =>
        status == StatusCodes.Status415UnsupportedMediaType && string.Join(" or ", accepted) is { Length: > 0 } kinds ? Of(status, BodyMustBe(kinds))
        : Of(status, "nothing answers to this address with this verb");

    public static string BodyMustBe(string kind) => $"the body must be {kind}, and the request's Content-Type say so";

    /// <summary>Why a job has no picture.</summary>
    public static IResult Of(JobFailure failure) => failure.Kind switch
    {
        JobFailureKind.Memory => Of(StatusCodes.Status507InsufficientStorage, failure.Text, null, Figures(failure.NeededBytes, failure.AvailableBytes)),
        JobFailureKind.Interrupted => Of(StatusCodes.Status503ServiceUnavailable, failure.Text),
        _ => Of(StatusCodes.Status422UnprocessableEntity, failure.Text),
    };

    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, what);

    public static void TellRetry(HttpResponse response, int seconds) => response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<KeyValuePair<string, object?>> Figures(long? needed, long? available) => [new("needed_bytes", needed), new("available_bytes", available)];
}
