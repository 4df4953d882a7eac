using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Radl.Layout.Scenes;
using Radl.Studio.Api;

namespace Radl.Studio.Compat;

/// <summary>A scene out of another API's fields: its prompt and sizes, and the instances and relations of this program's extension.</summary>
internal static class ForeignScene
{
    private static readonly string[] ExtensionFields = ["instances", "relations", "method", "control_steps", "scheduler", "steps", "guidance", "seed", "negative_prompt"];

    /// <summary>Reads the scene; a mistake in the extension is reported with its path.</summary>
    public static Scene Read(string prompt, string? negative, int? width, int? height, SceneJson? extension)
    {
        Dictionary<string, SceneJson> fields = extension?.Fields(ExtensionFields) ?? [];
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("prompt", prompt);
            if (!string.IsNullOrEmpty(negative))
            {
                json.WriteString("negative_prompt", negative);
            }
            if (width is { } w)
            {
                json.WriteNumber("width", w);
            }
            if (height is { } h)
            {
                json.WriteNumber("height", h);
            }
            foreach (string name in (ReadOnlySpan<string>)["instances", "relations"])
            {
                if (fields.TryGetValue(name, out SceneJson field))
                {
                    json.WritePropertyName(name);
                    field.Element.WriteTo(json);
                }
            }
            json.WriteEndObject();
        }
        try
        {
            return SceneReader.Parse(stream.ToArray(), RequestBody.Name);
        }
        catch (SceneFormatException error) when (error.JsonPath.StartsWith("instances", StringComparison.Ordinal) || error.JsonPath.StartsWith("relations", StringComparison.Ordinal))
        {
            throw new RequestException(StatusCodes.Status400BadRequest, error.Rule, $"{extension!.Value.Path}.{error.JsonPath}");
        }
    }
}
