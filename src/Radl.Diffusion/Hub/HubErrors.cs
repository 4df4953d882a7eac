using System.Net;
using System.Net.Http.Headers;

namespace Radl.Diffusion.Hub;

/// <summary>The sentences for what can go wrong on the way to a hub. No query, which may hold a signature, and no header is repeated.</summary>
internal static class HubErrors
{
    /// <summary>An address for a message.</summary>
    public static string Shown(Uri uri) => uri.GetLeftPart(UriPartial.Path);

    /// <summary>The connection failed or broke.</summary>
    public static HubException Broken(Uri uri, Exception error) => error switch
    {
        // What was thrown while connecting comes back in a wrapper.
        HttpRequestException { InnerException: HubException inner } => inner,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new HubException($"{Shown(uri)}: no trusted connection: {Innermost(error)}", error),
        OperationCanceledException => new HubException($"{Shown(uri)}: the connection fell silent", error) { IsTransient = true },
        _ => new HubException($"{Shown(uri)}: the connection failed: {Innermost(error)}", error) { IsTransient = true },
    };

    /// <summary>The answer is not the one that was hoped for.</summary>
    public static HubException Refused(Uri uri, HttpResponseMessage answer, bool hasToken, TimeProvider time)
    {
        int code = (int)answer.StatusCode;
        string reason = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => hasToken
                ? "the hub does not let this token read it; accept the repository's terms on its page, or set HF_TOKEN to another token"
                : "the hub wants to know who asks, or there is no such repository; set HF_TOKEN",
            HttpStatusCode.NotFound => "there is no such repository, revision or file",
            HttpStatusCode.TooManyRequests => "the hub is asked too often",
            _ => code >= 500 ? "the hub has a fault" : "the hub refuses the request",
        };
        return new HubException($"{Shown(uri)}: {code}: {reason}")
        {
            Status = answer.StatusCode,
            IsTransient = code is 408 or 429 or 500 or 502 or 503 or 504,
            RetryAfter = Wait(answer.Headers.RetryAfter, time),
        };
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header, TimeProvider time)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string Innermost(Exception error) => error.GetBaseException().Message;
}
