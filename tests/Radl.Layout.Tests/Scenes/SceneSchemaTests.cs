using System.Text.Json;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Scenes;

public class SceneSchemaTests
{
    private static readonly JsonElement Schema = ReadSchema();

    [Fact]
    public void Schema_and_reader_know_the_same_fields()
    {
        AssertFields(SceneParser.SceneFields, Schema);
        AssertFields(SceneParser.InstanceFields, Definition("instance"));
        AssertFields(SceneParser.RelationFields, Definition("relation"));
    }

    [Fact]
    public void Schema_and_reader_have_the_same_limits()
    {
        var fields = Schema.GetProperty("properties");
        Assert.Equal(SceneLimits.PromptLength, fields.GetProperty("prompt").GetProperty("maxLength").GetInt32());
        Assert.Equal(SceneLimits.PromptLength, fields.GetProperty("negative_prompt").GetProperty("maxLength").GetInt32());
        Assert.Equal(SceneLimits.Instances, fields.GetProperty("instances").GetProperty("maxItems").GetInt32());
        Assert.Equal(SceneLimits.Relations, fields.GetProperty("relations").GetProperty("maxItems").GetInt32());
        Assert.Equal((0, SceneLimits.Seed), (fields.GetProperty("seed").GetProperty("minimum").GetInt64(), fields.GetProperty("seed").GetProperty("maximum").GetInt64()));
        var side = Definition("side");
        Assert.Equal((SceneLimits.MinSide, SceneLimits.MaxSide, SceneLimits.SideStep),
            (side.GetProperty("minimum").GetInt32(), side.GetProperty("maximum").GetInt32(), side.GetProperty("multipleOf").GetInt32()));
        var instance = Definition("instance").GetProperty("properties");
        Assert.Equal(SceneLimits.LabelLength, instance.GetProperty("label").GetProperty("maxLength").GetInt32());
        Assert.Equal(SceneLimits.LabelLength, instance.GetProperty("negative").GetProperty("maxLength").GetInt32());
        Assert.Equal(SceneLimits.Strength, instance.GetProperty("strength").GetProperty("maximum").GetDouble());
        Assert.Equal(SceneLimits.Polygons, instance.GetProperty("mask").GetProperty("oneOf")[1].GetProperty("maxItems").GetInt32());
        Assert.Equal(SceneLimits.PolygonPoints, Definition("polygon").GetProperty("maxItems").GetInt32());
        var relation = Definition("relation").GetProperty("properties");
        Assert.Equal(SceneLimits.VerbLength, relation.GetProperty("verb").GetProperty("maxLength").GetInt32());
        Assert.Equal(SceneLimits.Instances - 1, relation.GetProperty("object").GetProperty("maximum").GetInt32());
    }

    private static void AssertFields(string[] known, JsonElement definition)
    {
        Assert.Equal(known.Order(), definition.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
        Assert.False(definition.GetProperty("additionalProperties").GetBoolean());
    }

    private static JsonElement Definition(string name) => Schema.GetProperty("$defs").GetProperty(name);

    private static JsonElement ReadSchema()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Radl.slnx")))
            directory = directory.Parent;
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory!.FullName, "docs", "scene.schema.json")));
        return document.RootElement.Clone();
    }
}
