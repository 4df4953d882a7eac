using System.Net;
using Microsoft.Extensions.Logging;
using Radl.Diffusion.Models;
using Radl.Studio.Drawing;

namespace Radl.Studio;

/// <summary>How a studio is started.</summary>
public sealed record StudioOptions
{
    /// <summary>The usual port.</summary>
    public const int UsualPort = 8188;

    /// <summary>The address that is listened to.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>Where models are searched.</summary>
    public required ModelLocator Models { get; init; }

    /// <summary>Name or folder of the model of requests that name none.</summary>
    public string Model { get; init; } = "toybox";

    /// <summary>Where the gallery lies.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A file of hashed API keys, or null; needed for an address that is not loopback.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Most generations that wait.</summary>
    public int Queue { get; init; } = 32;

    /// <summary>Where and how pictures are computed.</summary>
    public DrawingOptions Drawing { get; init; } = new();

    /// <summary>Tells how many bytes are free; null asks the system, and on a GPU leaves it to the allocator.</summary>
    public Func<long?>? AvailableMemory { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes the log; null for standard error, warnings and worse.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }
}
