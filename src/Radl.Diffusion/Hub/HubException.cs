using System.Net;

namespace Radl.Diffusion.Hub;

/// <summary>A hub did not give what it was asked for; the message names the address, without its query, and the remedy.</summary>
public sealed class HubException : IOException
{
    internal HubException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The answer's status, or null where no answer came.</summary>
    public HttpStatusCode? Status { get; internal init; }

    /// <summary>Whether the same request may well succeed later.</summary>
    public bool IsTransient { get; internal init; }

    /// <summary>How long the hub asked to be left alone, or null.</summary>
    public TimeSpan? RetryAfter { get; internal init; }
}
