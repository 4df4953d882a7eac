using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Radl.Layout.Methods;

/// <summary>What an adapter is. The adapter folder's <c>config.json</c>.</summary>
/// <remarks>Fields with a default are settable, since a generated reader gives init-only ones that a file lacks no default.</remarks>
public abstract record LayoutConfig
{
    private protected LayoutConfig(string modelType) => ModelType = modelType;

    /// <summary>Names the method, as folders and the command line do.</summary>
    public string ModelType { get; set; }

    /// <summary>Width of the text encoder's states.</summary>
    public required long ContextWidth { get; init; }

    /// <summary>What the method must be told.</summary>
    [JsonIgnore]
    public abstract MethodNeeds Needs { get; }

    /// <summary>The config as JSON text.</summary>
    public abstract string ToJson();

    /// <summary>Checks ranges.</summary>
    /// <exception cref="ArgumentException">A field is out of range; the text names it.</exception>
    public abstract void Check();

    private protected static T Parse<T>(string json, string source, JsonTypeInfo<T> type, string modelType)
        where T : LayoutConfig
    {
        T config;
        try
        {
            // Before the fields: another method's are unknown here.
            RequireMethod(json, source, modelType);
            config = JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException($"{source}: the config is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
        try
        {
            config.Check();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
        return config;
    }

    private static void RequireMethod(string json, string source, string modelType)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("model_type", out JsonElement named)
            && named.ValueKind == JsonValueKind.String && named.GetString() is { } name && name != modelType)
        {
            throw new InvalidDataException($"{source}: model_type is '{name}', an adapter of this method has '{modelType}'");
        }
    }

    private protected static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
