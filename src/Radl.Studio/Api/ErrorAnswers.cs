using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Radl.Layout.Scenes;
using Radl.Studio.Jobs;

namespace Radl.Studio.Api;

/// <summary>The last line of defence: every error becomes an answer, and no answer is a 5xx but 503 and 507.</summary>
/// <param name="log">Told of what should not happen.</param>
internal sealed class ErrorAnswers(ILogger log)
{
    private const int ClosedRequest = 499;
    private const int StoppingSeconds = 5;

    public async Task Handle(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told; an answer that has begun cannot even be changed.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = ClosedRequest;
            }
        }
        // Whatever it is, the process and all other requests go on.
#pragma warning disable CA1031
        catch (Exception error) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            await AnswerOf(context.Response, error).ExecuteAsync(context);
        }
    }

    private IResult AnswerOf(HttpResponse response, Exception error)
    {
        switch (error)
        {
            case RequestException request:
                if (request.RetryAfter is { } seconds)
                {
                    Problems.TellRetry(response, seconds);
                }
                return Problems.Of(request);
            case SceneFormatException scene:
                return Problems.Of(RequestException.Of(scene));
            case BadHttpRequestException bad:
                return Problems.Of(bad.StatusCode, bad.Message);
            case BoardClosedException closed:
                Problems.TellRetry(response, StoppingSeconds);
                return Problems.Of(StatusCodes.Status503ServiceUnavailable, closed.Message);
            default:
                log.LogError(error, "a request failed");
                return Problems.Of(StatusCodes.Status503ServiceUnavailable, "the server could not answer this request; its log says why");
        }
    }
}
