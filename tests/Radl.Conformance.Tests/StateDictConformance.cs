using System.Globalization;
using System.Text.Json;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>Names and shapes of every parameter of the full-size Stable Diffusion v1.4, so that its published files load.</summary>
public static class StateDictConformance
{
    // Stored beside the parameters and made by the model itself.
    private const string Positions = "text_model.embeddings.position_ids";

    /// <summary>
    /// Compared whole: <c>clip_text</c>, <c>unet</c>, <c>vae</c>, and <c>migc_C1280_module</c>, one layer of MIGC. <c>gligen_unet</c>:
    /// all that is not GLIGEN's own addition (the fusers and the position net) must be our U-Net.
    /// </summary>
    public static void Sd14Keys(string name)
    {
        string folder = Path.Combine(GoldenFolder.Root, name);
        Assert.Equal(
            ["clip_text", "gligen_unet", "migc_C1280_module", "unet", "vae"],
            Directory.GetFiles(folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

        Dictionary<string, string> text = Record(weights => new ClipTextModel(weights, new ClipTextConfig()));
        text.Add(Positions, "1, 77");
        Same("clip_text", Read(folder, "clip_text"), text);
        Dictionary<string, string> vae = Record(weights => new AutoencoderKl(weights, new VaeConfig()));
        Same("vae", Read(folder, "vae"), vae);
        Dictionary<string, string> unet = Record(weights => new UNet2DCondition(weights, new UNetConfig()));
        Same("unet", Read(folder, "unet"), unet);
        Same("gligen_unet", Read(folder, "gligen_unet", key => !key.StartsWith("position_net.", StringComparison.Ordinal) && !key.Contains(".fuser.", StringComparison.Ordinal)), unet);
        Dictionary<string, string> layer = Record(weights => new MigcAdapter(weights, new MigcConfig { ContextWidth = 768, Sites = [new LayoutSite("site", 1280, 8)] }));
        Same("migc_C1280_module", Read(folder, "migc_C1280_module"), layer.ToDictionary(pair => pair.Key["site.".Length..], pair => pair.Value));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {text.Count + unet.Count + vae.Count + layer.Count} names and shapes agree");
    }

    /// <summary>The published MIGC checkpoint for Stable Diffusion v1.4: by either of its names, every tensor is a parameter of the adapter of its U-Net.</summary>
    public static void MigcKeys(string name)
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(GoldenFolder.Root, name, "migc.tsv")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))];
        using var unet = new UNet2DCondition(Weights.From(new RecordingWeights(), device: RecordingWeights.Meta), new UNetConfig());
        Dictionary<string, string> adapter = Record(weights => new MigcAdapter(weights, MigcConfig.For(unet)));
        Assert.Equal(128, rows.Length);
        foreach (int column in (int[])[0, 2])
        {
            Same($"column {column}", rows.ToDictionary(row => MigcCheckpoint.Rename(row[column])!, row => row[1].Replace("x", ", ", StringComparison.Ordinal)), adapter);
        }
        Assert.Equal(57_367_908, adapter.Values.Sum(shape => shape.Split(", ").Aggregate(1L, (count, size) => count * long.Parse(size, CultureInfo.InvariantCulture))));
    }

    private static Dictionary<string, string> Record(Func<Weights, IDisposable> build)
    {
        var source = new RecordingWeights();
        using IDisposable model = build(Weights.From(source, device: RecordingWeights.Meta));
        return source.Shapes.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Read(string folder, string list, Func<string, bool>? wanted = null)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, list + ".json")));
        return document.RootElement.EnumerateObject().Where(entry => wanted is null || wanted(entry.Name))
            .ToDictionary(entry => entry.Name, entry => string.Join(", ", entry.Value.EnumerateArray().Select(size => size.GetInt64())), StringComparer.Ordinal);
    }

    private static void Same(string list, Dictionary<string, string> expected, Dictionary<string, string> actual)
    {
        string[] missing = expected.Keys.Except(actual.Keys).ToArray();
        string[] extra = actual.Keys.Except(expected.Keys).ToArray();
        Assert.True(missing.Length + extra.Length == 0, $"{list}: the model lacks {string.Join(", ", missing.Take(5))} and has {string.Join(", ", extra.Take(5))} besides");
        Assert.All(expected, pair => Assert.Equal($"{list}: {pair.Key} [{pair.Value}]", $"{list}: {pair.Key} [{actual[pair.Key]}]"));
    }
}
