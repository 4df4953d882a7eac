using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Radl.Training.Config;

/// <summary>Says in a user's words why a config cannot be read: the field's path and the rule. The runtime's own sentences name types of the program.</summary>
internal static class ConfigMistake
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The mistake that a reader stumbled over: <c>data.crop_share: must be a number, not 'half'</c>.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="type">What it should be.</param>
    /// <param name="error">What the reader threw.</param>
    public static string TextOf(byte[] utf8, JsonTypeInfo type, JsonException error)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, Lenient);
            return In("", document.RootElement, type) ?? $"{error.Path}: cannot be read";
        }
        catch (JsonException syntax)
        {
            // The runtime appends "LineNumber: 3 | BytePositionInLine: 5." to its sentence.
            int end = syntax.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string reason = (end < 0 ? syntax.Message : syntax.Message[..end]).TrimEnd('.');
            return FormattableString.Invariant($"line {(syntax.LineNumber ?? 0) + 1}: must be valid JSON ({reason})");
        }
    }

    // Depth first, so that the innermost field is named; null where nothing is wrong.
    private static string? In(string path, JsonElement value, JsonTypeInfo type) => type.Kind switch
    {
        _ when value.ValueKind == JsonValueKind.Null => Fits(value, type) ? null : Wrong(path, value, type),
        JsonTypeInfoKind.Object => value.ValueKind == JsonValueKind.Object ? InObject(path, value, type) : Wrong(path, value, type),
        JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array ? InArray(path, value, type) : Wrong(path, value, type),
        _ => Fits(value, type) ? null : Wrong(path, value, type),
    };

    private static string? InObject(string path, JsonElement value, JsonTypeInfo type)
    {
        JsonPropertyInfo[] known = [.. type.Properties.Where(property => !property.IsExtensionData)];
        bool isOpen = known.Length < type.Properties.Count;
        foreach (JsonProperty field in value.EnumerateObject())
        {
            string place = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (known.FirstOrDefault(property => property.Name == field.Name) is { } property)
            {
                JsonTypeInfo wanted = type.Options.GetTypeInfo(property.PropertyType);
                bool isForbiddenNull = field.Value.ValueKind == JsonValueKind.Null && !property.IsSetNullable;
                if ((isForbiddenNull ? Wrong(place, field.Value, wanted) : In(place, field.Value, wanted)) is { } mistake)
                {
                    return mistake;
                }
            }
            else if (!isOpen)
            {
                return $"{place}: unknown field; known are {string.Join(", ", known.Select(one => one.Name))}";
            }
        }
        string? missing = known.FirstOrDefault(property => property.IsRequired && !value.TryGetProperty(property.Name, out _))?.Name;
        return missing is null ? null : $"{(path.Length == 0 ? missing : $"{path}.{missing}")}: is required";
    }

    private static string? InArray(string path, JsonElement value, JsonTypeInfo type)
    {
        JsonTypeInfo element = type.Options.GetTypeInfo(type.ElementType!);
        return value.EnumerateArray().Select((item, i) => In(FormattableString.Invariant($"{path}[{i}]"), item, element)).FirstOrDefault(mistake => mistake is not null);
    }

    private static bool Fits(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            value.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Wrong(string path, JsonElement value, JsonTypeInfo type)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => $"'{value.GetString()}'",
            _ => value.GetRawText(),
        };
        return $"{(path.Length == 0 ? "$" : path)}: must be {Rule(type)}, not {text}";
    }

    private static string Rule(JsonTypeInfo info)
    {
        Type type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.Kind == JsonTypeInfoKind.Object ? "an object"
            : info.Kind == JsonTypeInfoKind.Enumerable ? "an array"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : Type.GetTypeCode(type) switch
            {
                TypeCode.Boolean => "true or false",
                TypeCode.String => "a string",
                TypeCode.Double or TypeCode.Single => "a number",
                TypeCode.Int32 or TypeCode.Int64 => "a whole number",
                TypeCode.UInt64 => "a whole number of at least 0",
                _ => "of another kind",
            };
    }
}
