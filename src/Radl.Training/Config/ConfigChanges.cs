using System.Text.Json;
using System.Text.Json.Nodes;

namespace Radl.Training.Config;

/// <summary>In what a resumed run's config differs from the one that its checkpoint was trained by.</summary>
internal static class ConfigChanges
{
    // A run's folder may be moved, and what is written how often changes no weight.
    private static readonly string[] Harmless = ["model", "run", "log_every", "sample_every", "checkpoint_every"];

    /// <summary>A config as a checkpoint keeps it.</summary>
    public static string TextOf(TrainingConfig config) => NodeOf(config).ToJsonString();

    /// <summary>Fields that differ, with both values: <c>batch (32, now 16)</c>.</summary>
    /// <param name="file">The checkpoint, for the error.</param>
    /// <param name="then">What <see cref="TextOf"/> gave.</param>
    /// <param name="now">The config of the resumed run.</param>
    /// <exception cref="InvalidDataException">The text is no JSON object.</exception>
    public static IReadOnlyList<string> Between(string file, string then, TrainingConfig now)
    {
        var changes = new List<string>();
        try
        {
            Compare("", JsonNode.Parse(then), NodeOf(now), changes);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file}: the config in its metadata is not JSON", error);
        }
        return changes;
    }

    // A field that only one of them has is of another version of this program, which tells nothing about the run.
    private static void Compare(string path, JsonNode? then, JsonNode? now, List<string> changes)
    {
        if (then is JsonObject before && now is JsonObject after)
        {
            foreach ((string name, JsonNode? value) in before.Where(field => after.ContainsKey(field.Key)))
            {
                Compare(path.Length == 0 ? name : $"{path}.{name}", value, after[name], changes);
            }
        }
        else if (!JsonNode.DeepEquals(then, now))
        {
            changes.Add(then is JsonObject or JsonArray || now is JsonObject or JsonArray ? path : $"{path} ({Text(then)}, now {Text(now)})");
        }
    }

    private static JsonObject NodeOf(TrainingConfig config)
    {
        JsonObject node = JsonSerializer.SerializeToNode(config, TrainingJson.Default.TrainingConfig)!.AsObject();
        Array.ForEach(Harmless, name => node.Remove(name));
        return node;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
}
