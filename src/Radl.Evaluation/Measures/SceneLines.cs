using System.Text.Json;
using Radl.Evaluation.Statistics;
using Radl.Evaluation.Toybox;
using Radl.Torch.IO;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Evaluation.Measures;

/// <summary>What was found in each picture of an arm, as JSON Lines: <c>scenes.jsonl</c>; <c>docs/evaluation.md</c> describes its fields.</summary>
internal static class SceneLines
{
    public static void Write(string path, ArmResults results) => AtomicFile.Write(path, stream =>
    {
        foreach (SceneResult scene in results.Scenes)
        {
            using (var json = new Utf8JsonWriter(stream))
            {
                WriteScene(json, scene);
            }
            stream.WriteByte((byte)'\n');
        }
    });

    private static void WriteScene(Utf8JsonWriter json, SceneResult scene)
    {
        json.WriteStartObject();
        json.WriteNumber("index", scene.Index);
        json.WriteString("prompt", scene.Request.Prompt);
        json.WriteString("group", scene.Request.Group);
        json.WriteNumber("seed", scene.Request.Scene.Seed);
        json.WriteStartArray("instances");
        foreach ((ToyInstance asked, ToyInstanceDetection found) in scene.Request.Scene.Instances.Zip(scene.Reading.Asked.Instances))
        {
            WriteInstance(json, asked, found);
        }
        json.WriteEndArray();
        json.WriteStartArray("relations");
        foreach (ToyRelationDetection relation in scene.Reading.Asked.Relations)
        {
            json.WriteStartObject();
            json.WriteString("asked", ToyVocabulary.Phrase(relation.Asked.Verb));
            json.WriteString("shown", relation.Shown is { } verb ? ToyVocabulary.Phrase(verb) : null);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("found", scene.Reading.Found.Count);
        json.WriteStartObject("measures");
        foreach ((string name, SceneMeasure measure) in scene.Measures)
        {
            json.WriteStartArray(name);
            json.WriteNumberValue(measure.Sum);
            json.WriteNumberValue(measure.Weight);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInstance(Utf8JsonWriter json, ToyInstance asked, ToyInstanceDetection found)
    {
        json.WriteStartObject();
        json.WriteString("label", asked.Label);
        WriteBox(json, "box", asked.Box);
        if (found.Found)
        {
            WriteBox(json, "found", found.Box);
            json.WriteNumber("iou", found.Iou);
            json.WriteString("pattern", ToyVocabulary.Word(found.Pattern));
            json.WriteString("category", ToyVocabulary.Word(found.Category));
            json.WriteNumber("score", found.Score);
        }
        json.WriteBoolean("color_right", found.ColorRight);
        json.WriteEndObject();
    }

    private static void WriteBox(Utf8JsonWriter json, string name, ToyBox box)
    {
        json.WriteStartArray(name);
        foreach (float side in (ReadOnlySpan<float>)[box.X1, box.Y1, box.X2, box.Y2])
        {
            json.WriteNumberValue(side);
        }
        json.WriteEndArray();
    }
}
