using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Layout.Methods;

namespace Radl.Training.Config;

/// <summary>Reads training configs; an unknown field, a wrong type or a value out of range is an error that names it.</summary>
public static class TrainingConfigReader
{
    /// <summary>Reads and checks a config; its paths come back absolute.</summary>
    /// <exception cref="InvalidDataException">The file and the field are named.</exception>
    public static TrainingConfig Read(string path)
    {
        TrainingConfig config;
        try
        {
            config = JsonSerializer.Deserialize(File.ReadAllBytes(path), TrainingJson.Default.TrainingConfig) ?? throw new InvalidDataException($"{path}: is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Path}: {e.Message}", e);
        }
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        config = config with { Model = Path.GetFullPath(config.Model, folder), Run = Path.GetFullPath(config.Run, folder) };
        foreach ((object section, string name) in (IEnumerable<(object, string)>)[(config, ""), (config.VaeLoss, "vae_loss."), (config.Data, "data."), (config.ClipData, "clip_data.")])
        {
            CheckRanges(path, section, name);
        }
        RequireOneOf(path, "stage", config.Stage, "vae", "base", "adapter", "clip");
        RequireOneOf(path, "schedule", config.Schedule, "constant", "cosine");
        RequireOneOf(path, "method", config.Method, LayoutMethods.Radl, LayoutMethods.Migc, LayoutMethods.Gligen);
        foreach ((string method, object? choices) in (IEnumerable<(string, object?)>)[(LayoutMethods.Radl, config.Radl), (LayoutMethods.Migc, config.Migc), (LayoutMethods.Gligen, config.Gligen)])
        {
            if (choices is not null && method != config.Method)
            {
                throw new InvalidDataException($"{path}: {method}: method is '{config.Method}', another one's choices would have no effect");
            }
        }
        RequireOneOf(path, "relation_text", config.RelationText, "verb", "roles", "prompt");
        if (!config.Adapter.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new InvalidDataException($"{path}: adapter: '{config.Adapter}' is no name of a folder: letters, digits, - and _ are");
        }
        RequireOneOf(path, "dtype", config.Dtype, "bf16", "fp32");
        if (config.Batch % config.Workers != 0)
        {
            throw new InvalidDataException($"{path}: batch ({config.Batch}) must be a multiple of workers ({config.Workers})");
        }
        return config;
    }

    private static void CheckRanges(string path, object section, string prefix)
    {
        var failures = new List<ValidationResult>();
        if (!Validator.TryValidateObject(section, new ValidationContext(section), failures, validateAllProperties: true))
        {
            string field = JsonNamingPolicy.SnakeCaseLower.ConvertName(failures[0].MemberNames.First());
            throw new InvalidDataException($"{path}: {prefix}{field}: {failures[0].ErrorMessage}");
        }
    }

    private static void RequireOneOf(string path, string field, string value, params string[] allowed)
    {
        if (!allowed.Contains(value, StringComparer.Ordinal))
        {
            throw new InvalidDataException($"{path}: {field}: '{value}' is not one of {string.Join(", ", allowed)}");
        }
    }
}

/// <summary>Generated reader of <see cref="TrainingConfig"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(TrainingConfig))]
public sealed partial class TrainingJson : JsonSerializerContext;
