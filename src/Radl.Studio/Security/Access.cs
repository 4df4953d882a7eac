using Microsoft.AspNetCore.Builder;

namespace Radl.Studio.Security;

/// <summary>Who may call an endpoint.</summary>
public enum Access
{
    /// <summary>Anyone who reaches the server: the page itself, which asks for the key, and the health check.</summary>
    Open,

    /// <summary>Whoever holds a key, where the server has keys.</summary>
    Key,
}

/// <summary>The decision for one endpoint. An endpoint without one is refused, so that a forgotten decision opens nothing.</summary>
/// <param name="Access">Who may call it.</param>
public sealed record AccessDecision(Access Access);

/// <summary>Writes the decision to the endpoint.</summary>
internal static class AccessDecisions
{
    public static TBuilder OpenToAll<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessDecision(Access.Open));

    public static TBuilder NeedsKey<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessDecision(Access.Key));
}
