using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Radl.Studio.Api;

namespace Radl.Studio.Security;

/// <summary>Lets a request pass or refuses it: by Host and Origin on loopback, by key where the server has keys.</summary>
/// <param name="keys">The keys, or null where none are needed.</param>
/// <param name="isLoopback">Whether the server listens on loopback alone.</param>
internal sealed class Gate(ApiKeys? keys, bool isLoopback)
{
    private const string OwnerItem = "radl.owner";
    private const string Anyone = "local";

    /// <summary>Owner of the jobs of a request.</summary>
    public static string OwnerOf(HttpContext context) => context.Items[OwnerItem] as string ?? Anyone;

    /// <summary>Before routing: a page of another site, or a name that only pretends to be this machine, gets nothing.</summary>
    public async Task CheckSource(HttpContext context, RequestDelegate next)
    {
        if (isLoopback && !IsLoopback(context.Request.Host.Host))
        {
            await Problems.Of(StatusCodes.Status403Forbidden, "this server answers to localhost, 127.0.0.1 and [::1] alone").ExecuteAsync(context);
            return;
        }
        if (context.Request.Headers.Origin is { Count: > 0 } origins && origins.Any(origin => !IsSame(origin, context.Request)))
        {
            await Problems.Of(StatusCodes.Status403Forbidden, "requests of other sites' pages are refused").ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    /// <summary>After routing: the endpoint's own decision.</summary>
    public async Task CheckAccess(HttpContext context, RequestDelegate next)
    {
        // What is no route of ours (not found, wrong verb) does nothing but say so.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }
        if (endpoint.Metadata.GetMetadata<AccessDecision>() is not { } decision)
        {
            await Problems.Of(StatusCodes.Status403Forbidden, "nobody has decided who may call this").ExecuteAsync(context);
            return;
        }
        if (keys is not null && decision.Access == Access.Key)
        {
            if (!keys.Knows(context.Request, out string? name))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await Problems.Of(StatusCodes.Status401Unauthorized, "an API key is needed, as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'").ExecuteAsync(context);
                return;
            }
            context.Items[OwnerItem] = name;
        }
        await next(context);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static bool IsSame(string? origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? site) && site!.Scheme is "http" or "https" && string.Equals(site.Authority, AuthorityOf(request), StringComparison.OrdinalIgnoreCase);

    // A Uri leaves out the port that its scheme implies.
    private static string AuthorityOf(HttpRequest request) => request.Host.Port is 80 or 443 ? request.Host.Host : request.Host.Value ?? "";
}
