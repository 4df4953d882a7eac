using System.Text.Json.Serialization;

namespace Radl.Evaluation.Runs;

/// <summary>What is remembered of a batch beside its pictures.</summary>
/// <param name="First">Index of its first scene.</param>
/// <param name="Prompts">The prompts.</param>
/// <param name="Seeds">The seeds of the noise.</param>
/// <param name="Seconds">What it took, from the prompts to the pixels.</param>
/// <param name="SecondsPerStep">Mean over the denoising steps, controlled or not; 0 where nothing was denoised.</param>
/// <param name="Memory">Largest resident memory of the process seen while it was made, in bytes.</param>
/// <param name="Finished">When.</param>
public sealed record BatchRecord(
    int First, IReadOnlyList<string> Prompts, IReadOnlyList<ulong> Seeds, double Seconds, double SecondsPerStep, long Memory, DateTimeOffset Finished);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BatchRecord))]
internal sealed partial class RunsJson : JsonSerializerContext;
