using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Studio.Gallery;
using Radl.Studio.Jobs;

namespace Radl.Studio.Api;

/// <summary>What <c>POST /api/generations</c> takes.</summary>
/// <param name="Scene">A scene, as in a scene file.</param>
/// <param name="Settings">How it is drawn; what is absent takes its default.</param>
public sealed record GenerationRequestBody(JsonElement Scene, GenerationSettingsBody? Settings);

/// <summary>The settings of a request; every one is optional.</summary>
public sealed record GenerationSettingsBody(
    string? Method, int? Steps, int? ControlSteps, double? Guidance, string? Scheduler, string? Model, bool? AttentionMaps, int? PreviewEvery, int? Count, long? Seed, double? TokenMerging, bool? VaeTiling);

/// <summary>A generation on the wire.</summary>
public sealed record GenerationBody
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary><c>queued</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Place in the queue, 1 is next; null when it does not wait.</summary>
    public int? Position { get; init; }

    /// <summary>Steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Steps of the whole job.</summary>
    public required int Total { get; init; }

    /// <summary>Seconds left, from the speed so far.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>Of a lack of memory: bytes that were asked for, where they are known.</summary>
    public long? NeededBytes { get; init; }

    /// <summary>Of a lack of memory: bytes that were free, where they are known.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>The scene.</summary>
    public required JsonElement Scene { get; init; }

    /// <summary>The settings, with every default filled in.</summary>
    public required SettingsBody Settings { get; init; }

    /// <summary>What a user should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Seconds of drawing.</summary>
    public double? Seconds { get; init; }

    /// <summary>The pictures.</summary>
    public required IReadOnlyList<ImageBody> Images { get; init; }

    /// <summary>What a detector found in each picture; null where there is none.</summary>
    public IReadOnlyList<PictureDetections>? Detections { get; init; }

    /// <summary>Whether there are attention maps.</summary>
    public required bool HasMaps { get; init; }

    /// <summary>An entry of the gallery, or a job that has not ended.</summary>
    /// <param name="entry">What is kept.</param>
    /// <param name="live">How it stands, while it has not ended.</param>
    public static GenerationBody Of(GalleryEntry entry, JobSnapshot? live = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using JsonDocument scene = JsonDocument.Parse(entry.Scene);
        int total = live?.Progress.Total is > 0 and var known ? known : entry.Settings.Steps * entry.Settings.Count;
        return new GenerationBody
        {
            Id = entry.Id,
            State = (live?.State ?? entry.State).Name(),
            Position = live?.Position,
            Step = entry.State == JobState.Done ? total : live?.Progress.Step ?? 0,
            Total = total,
            SecondsLeft = live?.Progress.SecondsLeft,
            Created = entry.Created,
            Finished = entry.Finished,
            Error = entry.Failure?.Text,
            NeededBytes = entry.Failure?.NeededBytes,
            AvailableBytes = entry.Failure?.AvailableBytes,
            Scene = scene.RootElement.Clone(),
            Settings = entry.Settings,
            Warnings = live?.Warnings ?? entry.Warnings,
            Seconds = entry.Seconds,
            Images = [.. (entry.Result?.Pictures ?? []).Select(picture => ImageBody.Of(entry.Id, picture))],
            Detections = entry.Result?.Detections,
            HasMaps = entry.Result?.HasMaps ?? false,
        };
    }

    /// <summary>A job as it stands.</summary>
    public static GenerationBody Of(JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Of(GalleryEntry.Of(job), job);
    }
}

/// <summary>A picture of a generation.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ImageBody(int Index, long Seed, string Url, int Width, int Height)
{
    internal static ImageBody Of(string id, JobPicture picture) => new(picture.Index, picture.Seed, UrlOf(id, picture.Index), picture.Width, picture.Height);

    internal static string UrlOf(string id, int index) => FormattableString.Invariant($"/api/generations/{id}/image.png?index={index}");
}

/// <summary>A page of the gallery.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">What <c>before</c> takes for the next page, or null at the end.</param>
public sealed record GenerationPage(IReadOnlyList<GenerationBody> Items, string? Next);

/// <summary>Data of the event <c>queued</c>.</summary>
public sealed record QueuedData(int Position);

/// <summary>Data of the events <c>started</c> and <c>cancelled</c>.</summary>
public sealed record StartedData;

/// <summary>Data of the event <c>step</c>; a preview is a data URL of a PNG.</summary>
public sealed record StepData(int Step, int Total, double? SecondsLeft, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Preview);

/// <summary>Data of the event <c>failed</c>.</summary>
public sealed record FailedData(string Error);
