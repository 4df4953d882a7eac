using System.Text.Json;

namespace Radl.Studio.Compat;

/// <summary>Answer of <c>/sdapi/v1/txt2img</c>.</summary>
/// <param name="Images">PNG files as base64.</param>
/// <param name="Parameters">The request.</param>
/// <param name="Info">A JSON text of <see cref="SdInfo"/>.</param>
public sealed record SdImages(IReadOnlyList<string> Images, JsonElement Parameters, string Info);

/// <summary>How pictures were made, in that API's words.</summary>
public sealed record SdInfo
{
    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>The prompt of each picture.</summary>
    public required IReadOnlyList<string> AllPrompts { get; init; }

    /// <summary>The negative prompt.</summary>
    public required string NegativePrompt { get; init; }

    /// <summary>Seed of the first picture.</summary>
    public required long Seed { get; init; }

    /// <summary>Seed of each picture.</summary>
    public required IReadOnlyList<long> AllSeeds { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Name of the sampler.</summary>
    public required string SamplerName { get; init; }

    /// <summary>Guidance scale.</summary>
    public required double CfgScale { get; init; }

    /// <summary>Denoising steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Pictures.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The model.</summary>
    public required string SdModelName { get; init; }

    /// <summary>Id of the generation in this program's own API.</summary>
    public required string RadlId { get; init; }
}

/// <summary>A sampler.</summary>
public sealed record SdSampler(string Name, IReadOnlyList<string> Aliases, SdNothing Options);

/// <summary>An empty object.</summary>
public sealed record SdNothing;

/// <summary>A model.</summary>
public sealed record SdModel(string Title, string ModelName, string? Hash, string? Sha256, string Filename, string? Config);

/// <summary>How far the running generation is.</summary>
public sealed record SdProgress(double Progress, double EtaRelative, SdState State, string? CurrentImage, string? Textinfo);

/// <summary>What runs.</summary>
public sealed record SdState(bool Skipped, bool Interrupted, string Job, int JobCount, int JobNo, int SamplingStep, int SamplingSteps);

/// <summary>Options that clients ask for.</summary>
public sealed record SdOptions(string SdModelCheckpoint, string SamplesFormat);
