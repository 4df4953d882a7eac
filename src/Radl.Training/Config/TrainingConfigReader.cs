using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
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
        byte[] text = File.ReadAllBytes(path);
        try
        {
            config = JsonSerializer.Deserialize(text, TrainingJson.Default.TrainingConfig) ?? throw new InvalidDataException($"{path}: is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {ConfigMistake.TextOf(text, TrainingJson.Default.TrainingConfig, e)}", e);
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
        foreach (PropertyInfo property in section.GetType().GetProperties())
        {
            object? value = property.GetValue(section);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
            {
                string field = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
                // A limit that is the type's own is none.
                string rule = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) >= int.MaxValue
                    ? FormattableString.Invariant($"must be at least {range.Minimum}")
                    : FormattableString.Invariant($"must lie in [{range.Minimum}, {range.Maximum}]");
                throw new InvalidDataException(FormattableString.Invariant($"{path}: {prefix}{field} ({value}) {rule}"));
            }
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
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(TrainingConfig))]
public sealed partial class TrainingJson : JsonSerializerContext;
