using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Studio.Jobs;
using Radl.Studio.Security;

namespace Radl.Studio.Api;

/// <summary>For those who run the server: health, figures, and the description of all routes.</summary>
internal static class OperationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", Health).WithTags("Operation").OpenToAll().WithSummary("Whether the server takes jobs").Produces<HealthBody>().Produces<HealthBody>(503);
        routes.MapGet("/metrics", Metrics).WithTags("Operation").NeedsKey().WithSummary("Figures in Prometheus' text format").Produces<string>(StatusCodes.Status200OK, "text/plain");
        routes.MapOpenApi("/openapi/{documentName}.json").OpenToAll();
    }

    private static IResult Health(JobBoard board) => Results.Json(
        new HealthBody(board.IsClosed ? "stopping" : "ok", board.Waiting, board.Running),
        StudioJson.Wire.HealthBody,
        statusCode: board.IsClosed ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);

    private static IResult Metrics(StudioMetrics metrics, JobBoard board) => Results.Text(metrics.Write(board), "text/plain; version=0.0.4");
}

/// <summary>How the server is.</summary>
/// <param name="Status"><c>ok</c>, or <c>stopping</c>.</param>
/// <param name="Queue">Jobs that wait.</param>
/// <param name="Running">Jobs that are being drawn.</param>
public sealed record HealthBody(string Status, int Queue, int Running);
