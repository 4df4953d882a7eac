using System.Text.Json.Serialization;
using Radl.Diffusion.Checkpoints;

namespace Radl.Layout.Checkpoints;

/// <summary>What a file of weights is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileKind>))]
public enum FileKind
{
    /// <summary>None of the others.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>A whole Stable Diffusion 1.x in the original layout.</summary>
    [JsonStringEnumMemberName("single_file")]
    SingleFile,

    /// <summary>A U-Net, VAE or text encoder in diffusers' layout, or a CLIP in transformers'.</summary>
    [JsonStringEnumMemberName("component")]
    Component,

    /// <summary>A low-rank change of a model.</summary>
    [JsonStringEnumMemberName("lora")]
    Lora,

    /// <summary>A MIGC adapter, ours or as published.</summary>
    [JsonStringEnumMemberName("migc")]
    Migc,

    /// <summary>A RaDL adapter, ours or as published.</summary>
    [JsonStringEnumMemberName("radl")]
    Radl,

    /// <summary>A GLIGEN adapter, ours or as published, alone or within a U-Net.</summary>
    [JsonStringEnumMemberName("gligen")]
    Gligen,
}

/// <summary>What is known of a file of weights without loading a tensor.</summary>
public sealed record FileInspection
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required FileKind Kind { get; init; }

    /// <summary>The same in words.</summary>
    public required string Description { get; init; }

    /// <summary>Its format: <c>safetensors</c> or <c>torch pickle</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Stored tensors.</summary>
    public required int Tensors { get; init; }

    /// <summary>Elements of all of them.</summary>
    public required long Parameters { get; init; }

    /// <summary>Stored types with their number of tensors.</summary>
    public required IReadOnlyDictionary<string, int> Types { get; init; }

    /// <summary>What its components need and have; empty where it is none that we can compare.</summary>
    public required IReadOnlyList<ComponentReport> Components { get; init; }

    /// <summary>Tensors that are ignored, by the name of the rule.</summary>
    public required IReadOnlyDictionary<string, int> Ignored { get; init; }

    /// <summary>Names of tensors that are of no component and under no rule.</summary>
    public required IReadOnlyList<string> LeftOver { get; init; }
}
