using System.Globalization;
using System.Text.Json;
using Radl.Diffusion.Checkpoints;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
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
        string[][] rows = Rows(name, "migc");
        Dictionary<string, string> adapter = Record(weights => new MigcAdapter(weights, MigcOfStableDiffusion()));
        Assert.Equal(128, rows.Length);
        foreach (int column in (int[])[0, 2])
        {
            Same($"column {column}", rows.ToDictionary(row => MigcCheckpoint.Rename(row[column])!, row => row[1].Replace("x", ", ", StringComparison.Ordinal)), adapter);
        }
        Assert.Equal(57_367_908, adapter.Values.Sum(shape => shape.Split(", ").Aggregate(1L, (count, size) => count * long.Parse(size, CultureInfo.InvariantCulture))));
    }

    /// <summary>
    /// The original code's names of Stable Diffusion v1.4's parameters: each table gives every parameter of ours its shape and its name there, and
    /// the names lead from each layout to the other.
    /// </summary>
    public static void Sd14OriginalKeys(string name)
    {
        int count = Table("sd14_unet", OriginalNames.UnetPrefix, OriginalNames.UnetToDiffusers, OriginalNames.UnetToOriginal, Record(weights => new UNet2DCondition(weights, new UNetConfig())))
            + Table("sd14_vae", OriginalNames.VaePrefix, OriginalNames.VaeToDiffusers, OriginalNames.VaeToOriginal, Record(weights => new AutoencoderKl(weights, new VaeConfig())))
            + Table("sd14_text_encoder", OriginalNames.TextPrefix, OriginalNames.TextToDiffusers, diffusers => diffusers, Record(weights => new ClipTextModel(weights, new ClipTextConfig())));
        Assert.Equal(686 + 248 + 196, count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {count} names lead from each layout to the other");

        int Table(string table, string prefix, Func<string, string?> toDiffusers, Func<string, string?> toOriginal, Dictionary<string, string> model)
        {
            string[][] rows = Rows(name, table);
            Same(table, rows.ToDictionary(row => row[0], row => row[1].Replace("x", ", ", StringComparison.Ordinal)), model);
            foreach (string[] row in rows)
            {
                Assert.StartsWith(prefix, row[2], StringComparison.Ordinal);
                Assert.Equal(row[0], toDiffusers(row[2][prefix.Length..]));
                Assert.Equal(row[2], prefix + toOriginal(row[0]));
            }
            return rows.Length;
        }
    }

    /// <summary>RaDL's released module: by either name, every tensor that it uses is a parameter of the adapter with its choices, which has one bias more.</summary>
    public static void RadlKeys(string name)
    {
        string[][] rows = Rows(name, "radl");
        var config = new RadlConfig
        {
            ContextWidth = 768,
            Sites = [.. MigcOfStableDiffusion().Sites.Select(site => new RadlSiteConfig(site.Name, site.Channels, site.Heads, 1, 1))],
            AttributeEnhancement = false,
            InstanceContext = InstanceContext.OneWideToken,
        };
        Dictionary<string, string> adapter = Record(weights => new RadlAdapter(weights, config));
        Assert.Equal(164, rows.Length);
        Assert.Equal(4, config.Sites.Count(site => adapter.Remove($"{site.Name}.radl.sac.relation_bias")));
        foreach (int column in (int[])[0, 2])
        {
            Same($"column {column}", rows.Where(row => RadlCheckpoint.Rename(row[column]) is not null).ToDictionary(row => RadlCheckpoint.Rename(row[column])!, row => row[1].Replace("x", ", ", StringComparison.Ordinal)), adapter);
            Assert.All(rows.Where(row => RadlCheckpoint.Rename(row[column]) is null), row => Assert.Contains(".sac.verb_embedding_mlp.", row[column], StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// GLIGEN's published weights for Stable Diffusion v1.4: by either name, every tensor that it adds to the U-Net is a parameter of the adapter, and what the
    /// gated U-Net's list has beside the plain one's is the same.
    /// </summary>
    public static void GligenKeys(string name)
    {
        string[][] rows = Rows(name, "gligen");
        GligenConfig config = OfStableDiffusion(GligenConfig.For);
        Dictionary<string, string> adapter = Record(weights => new GligenAdapter(weights, config));
        Assert.Equal(280, rows.Length);
        foreach (Func<string[], string> stored in (Func<string[], string>[])[row => row[0], row => row[2], row => "model." + row[2], row => OriginalNames.UnetPrefix + row[2]])
        {
            Same(stored(rows[0]), rows.ToDictionary(row => GligenCheckpoint.Rename(stored(row))!, row => row[1].Replace("x", ", ", StringComparison.Ordinal)), adapter);
        }
        Same("gligen_unet", Read(Path.Combine(GoldenFolder.Root, "sd14_keys"), "gligen_unet", key => GligenCheckpoint.Rename(key) is not null), adapter);
        Assert.Equal(209_102_240, adapter.Values.Sum(shape => shape.Split(", ", StringSplitOptions.RemoveEmptyEntries).Aggregate(1L, (count, size) => count * long.Parse(size, CultureInfo.InvariantCulture))));
    }

    private static MigcConfig MigcOfStableDiffusion() => OfStableDiffusion(MigcConfig.For);

    private static T OfStableDiffusion<T>(Func<UNet2DCondition, T> configFor)
        where T : LayoutConfig
    {
        T? config = null;
        _ = RecordedShapes.Of(weights =>
        {
            var unet = new UNet2DCondition(weights, new UNetConfig());
            config = configFor(unet);
            return unet;
        });
        return config!;
    }

    private static string[][] Rows(string name, string table) =>
        [.. File.ReadLines(Path.Combine(GoldenFolder.Root, name, table + ".tsv")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))];

    private static Dictionary<string, string> Record(Func<Weights, IDisposable> build) =>
        RecordedShapes.Of(build).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.Ordinal);

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
