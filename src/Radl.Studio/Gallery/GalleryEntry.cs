using Radl.Layout.Generation;
using Radl.Layout.Scenes;
using Radl.Studio.Jobs;

namespace Radl.Studio.Gallery;

/// <summary>A generation as it is kept: everything that outlives the process.</summary>
public sealed record GalleryEntry
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Seconds of drawing.</summary>
    public double? Seconds { get; init; }

    /// <summary>The scene, as a scene file.</summary>
    public required string Scene { get; init; }

    /// <summary>The settings, with every default filled in.</summary>
    public required SettingsBody Settings { get; init; }

    /// <summary>What is searched: prompt, labels, verbs, method, model; in lower case.</summary>
    public required string SearchText { get; init; }

    /// <summary>What a user should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What it made.</summary>
    public JobResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public JobFailure? Failure { get; init; }

    /// <summary>A job as it is kept.</summary>
    public static GalleryEntry Of(JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new GalleryEntry
        {
            Id = job.Id,
            State = job.State,
            Created = job.Created,
            Finished = job.Finished,
            Seconds = job.Seconds,
            Scene = SceneWriter.ToJson(job.Request.Scene, isIndented: false),
            Settings = SettingsBody.Of(job.Request),
            SearchText = TextOf(job.Request),
            Warnings = job.Warnings,
            Result = job.Result,
            Failure = job.Failure,
        };
    }

    private static string TextOf(JobRequest request)
    {
        IEnumerable<string> labels = request.Scene.Instances.Select(instance => instance.Label);
        IEnumerable<string> verbs = request.Scene.Relations?.Select(relation => relation.Verb) ?? [];
        return string.Join('\n', [request.Scene.Prompt, .. labels, .. verbs, request.Settings.Method, request.Model]).ToLowerInvariant();
    }
}

/// <summary>The settings of a generation on the wire and in the gallery.</summary>
public sealed record SettingsBody
{
    /// <summary>Layout method.</summary>
    public required string Method { get; init; }

    /// <summary>Denoising steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps under the method's control.</summary>
    public required int ControlSteps { get; init; }

    /// <summary>Guidance scale.</summary>
    public required double Guidance { get; init; }

    /// <summary>Solver.</summary>
    public required string Scheduler { get; init; }

    /// <summary>Model.</summary>
    public required string Model { get; init; }

    /// <summary>Whether attention maps are recorded.</summary>
    public bool AttentionMaps { get; init; }

    /// <summary>A preview after every so many steps; 0 for none.</summary>
    public int PreviewEvery { get; init; }

    /// <summary>Pictures.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Seed of the first picture.</summary>
    public required long Seed { get; init; }

    /// <summary>Share of merged tokens.</summary>
    public double TokenMerging { get; init; }

    /// <summary>Whether pictures are decoded in tiles.</summary>
    public bool VaeTiling { get; init; }

    /// <summary>The settings of a request.</summary>
    public static SettingsBody Of(JobRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(request.Settings, request.Model, request.Seed) with
        {
            AttentionMaps = request.AttentionMaps,
            PreviewEvery = request.PreviewEvery,
            Count = request.Count,
        };
    }

    /// <summary>The settings of one picture.</summary>
    public static SettingsBody Of(GenerationSettings settings, string model, long seed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new SettingsBody
        {
            Method = settings.Method,
            Steps = settings.Steps,
            ControlSteps = settings.ResolvedControlSteps,
            Guidance = settings.Guidance,
            Scheduler = settings.Scheduler,
            Model = model,
            Seed = seed,
            TokenMerging = settings.TokenMerging,
            VaeTiling = settings.VaeTiling,
        };
    }
}
