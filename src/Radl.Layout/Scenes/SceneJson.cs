using System.Text.Json;

namespace Radl.Layout.Scenes;

/// <summary>A JSON value with its place, which gives itself out only as the type that is asked for.</summary>
internal readonly record struct SceneJson(string File, string Path, JsonElement Element)
{
    public JsonValueKind Kind => Element.ValueKind;

    public SceneFormatException Broken(string rule, Exception? inner = null) => new(File, Path, rule, inner);

    /// <summary>The fields of an object; an unknown or repeated one is an error that names it.</summary>
    public Dictionary<string, SceneJson> Fields(params ReadOnlySpan<string> known)
    {
        Expect(JsonValueKind.Object, "an object");
        var fields = new Dictionary<string, SceneJson>(StringComparer.Ordinal);
        foreach (var property in Element.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException error)
            {
                throw Broken("a field's name holds half of a surrogate pair", error);
            }

            var field = new SceneJson(File, JsonSyntax.Join(Path, name), property.Value);
            if (!known.Contains(name))
                throw field.Broken($"unknown field; known are {string.Join(", ", known.ToArray())}");
            if (!fields.TryAdd(name, field))
                throw field.Broken("appears twice");
        }

        return fields;
    }

    public List<SceneJson> Items()
    {
        Expect(JsonValueKind.Array, "an array");
        var items = new List<SceneJson>(Element.GetArrayLength());
        foreach (var item in Element.EnumerateArray())
            items.Add(new SceneJson(File, $"{(Path == "$" ? "" : Path)}[{items.Count}]", item));
        return items;
    }

    public string Text()
    {
        Expect(JsonValueKind.String, "a string");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw Broken("holds half of a surrogate pair", error);
        }
    }

    public double Number()
    {
        Expect(JsonValueKind.Number, "a number");
        return Element.TryGetDouble(out var value) && double.IsFinite(value) ? value
            : throw Broken($"{Shown()} is not finite in double precision");
    }

    public long Integer()
    {
        Expect(JsonValueKind.Number, "an integer");
        return Element.TryGetInt64(out var value) || IntegralNumber.TryRead(Element.GetRawText(), out value) ? value : throw Broken($"({Shown()}) must be an integer in 64 bits");
    }

    public int SmallInteger() => Integer() is var value and >= int.MinValue and <= int.MaxValue ? (int)value
        : throw Broken($"({Shown()}) must be an integer in 32 bits");

    private void Expect(JsonValueKind kind, string article)
    {
        if (Kind != kind)
            throw Broken($"must be {article}, not {Name(Kind)}");
    }

    private string Shown() => Element.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : Element.GetRawText();

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
