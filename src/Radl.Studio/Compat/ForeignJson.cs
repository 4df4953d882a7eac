using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Radl.Layout.Scenes;
using Radl.Studio.Api;

namespace Radl.Studio.Compat;

/// <summary>Bodies of other programs' clients: what they may say is theirs to decide, so unknown fields are no errors; wrong types are.</summary>
/// <param name="json">An object.</param>
internal readonly struct ForeignJson(SceneJson json)
{
    /// <summary>The object of a body.</summary>
    public static ForeignJson Of(JsonDocument document) => Of(new SceneJson(RequestBody.Name, "$", document.RootElement));

    public static ForeignJson Of(SceneJson json) => json.Kind == JsonValueKind.Object ? new ForeignJson(json) : throw json.Broken("must be an object");

    /// <summary>A field that is there and not null.</summary>
    public SceneJson? this[string name] => json.Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
        ? new SceneJson(RequestBody.Name, JsonSyntax.Join(json.Path, name), value) : null;

    public string Path => json.Path;

    public string? Text(string name) => this[name]?.Text();

    public int? Integer(string name) => this[name] is { } field ? Whole(field) : null;

    /// <summary>A seed, for which -1 means any.</summary>
    public long? Seed(string name) => this[name] is { } field && field.Integer() is not -1 and var seed ? seed : null;

    public double? Number(string name) => this[name]?.Number();

    public ForeignJson? Object(string name) => this[name] is { } field ? Of(field) : null;

    /// <summary>Refuses what would change the picture and is not there.</summary>
    public void Refuse(string name, string what)
    {
        if (this[name] is { } field && field.Kind is not JsonValueKind.False && !(field.Kind is JsonValueKind.Number && field.Number() == 0) && !(field.Kind is JsonValueKind.String && field.Text().Length == 0)
            && !(field.Kind is JsonValueKind.Array && field.Element.GetArrayLength() == 0))
        {
            throw new RequestException(StatusCodes.Status400BadRequest, $"{what} is not supported", field.Path);
        }
    }

    // Clients of JavaScript write 20.0 as 20, those of Python may not.
    private static int Whole(SceneJson field) => field.Number() is var number && number == Math.Floor(number) && number is >= int.MinValue and <= int.MaxValue ? (int)number : field.SmallInteger();
}
