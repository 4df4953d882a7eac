using System.Text.Json;
using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>A RaDL layer against an independent implementation of its formulas: every value in between, the fusion weights, every gradient.</summary>
public static class RadlConformance
{
    private const string Site = "mid_block.attentions.0.transformer_blocks.0.attn2";
    private const string Prefix = Site + ".radl.";

    /// <summary>Runs one case folder of the kind <c>radl</c>.</summary>
    public static void Radl(string name)
    {
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        JsonElement root = document.RootElement;
        var settings = new Settings(root, Config(root));
        foreach (JsonProperty scene in root.GetProperty("scenes").EnumerateObject())
        {
            foreach (bool everyPixel in (bool[])[true, false])
            {
                Scene(golden, settings, new SceneCase(scene.Name, scene.Name, settings.Config), everyPixel);
            }
            foreach (string variant in Variants(root, scene.Name))
            {
                Scene(golden, settings, Variant(settings.Config, scene.Name, variant), everyPixel: true);
            }
        }
        // What the reference recorded and nobody looked at would be a hole.
        Assert.Equal(golden.OutputNames.Order(StringComparer.Ordinal), settings.Compared.Order(StringComparer.Ordinal));
        golden.Report();
    }

    private static IEnumerable<string> Variants(JsonElement root, string scene) =>
        root.TryGetProperty("variants_of_" + scene, out JsonElement names) ? names.EnumerateArray().Select(item => item.GetString()!) : [];

    private static SceneCase Variant(RadlConfig config, string scene, string variant)
    {
        var plain = new SceneCase(scene, $"{scene}.{variant}", config);
        return variant switch
        {
            "scaled" => plain with { Scaled = true },
            "noverb" => plain with { EmptyVerbs = true },
            "muted" => plain with { Config = config with { Relation = RelationMode.Muted } },
            "dropped" => plain with { Config = config with { Relation = RelationMode.Dropped } },
            "bias" => plain with { Bias = true },
            "ae_zero" => plain with { NoEnhancement = true },
            "ae_zero_dropped" => plain with { NoEnhancement = true, Config = config with { Relation = RelationMode.Dropped } },
            _ => throw new NotSupportedException($"variant '{variant}' of the radl case is not known"),
        };
    }

    private static void Scene(GoldenCase golden, Settings settings, SceneCase scene, bool everyPixel)
    {
        using var scope = TensorScope.Enter();
        using var weights = Weights.Open(golden.PathOf("weights.safetensors"));
        var site = new AttentionSite(Site, new CrossAttention(weights / "attn2", settings.Channels, scene.Config.ContextWidth, settings.Heads));
        using var adapter = new RadlAdapter(
            Weights.From(Source(golden, scene)),
            scene.Config,
            _ => scene.Config.Relation == RelationMode.Dropped);
        foreach (Tensor parameter in adapter.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }

        Tensor x = golden.Input(scene.Name + ".X").Clone();
        x.RequiresGrad = true;
        int[] grid = settings.Root.GetProperty("scenes").GetProperty(scene.Name).GetProperty("grid").EnumerateArray().Select(side => side.GetInt32()).ToArray();
        LayoutConditions conditions = Conditions(golden, scene);
        var trace = new LayoutTrace();
        using BoundLayout bound = adapter.Bind(conditions, new LayoutBinding { EveryPixel = everyPixel });
        bound.Trace = everyPixel ? trace : null;
        Tensor result = bound.Attend(site, x, grid[0], grid[1])!;
        golden.Compare(scene.Output + ".out", result);
        settings.Compared.Add(scene.Output + ".out");
        if (conditions.Counts.Sum() == 0)
        {
            // Without instances the result is the prompt's attention, and nothing else is computed.
            golden.Compare(scene.Output + ".R", result.Unsqueeze(1));
            settings.Compared.Add(scene.Output + ".R");
        }
        else if (everyPixel)
        {
            new RadlTraceComparison(golden, settings.Compared, scene.Output, grid[0], grid[1], conditions, trace).Run();
        }
        if (scene.Output == scene.Name)
        {
            CompareGradients(golden, settings.Compared, scene.Name, adapter, x, result);
        }
    }

    // The stored weights with the variant's changes.
    private static AlteredWeights Source(GoldenCase golden, SceneCase scene)
    {
        var stored = FileWeights.Open(golden.PathOf("weights.safetensors"), name => name.StartsWith("radl.", StringComparison.Ordinal) ? $"{Site}.{name}" : null);
        return new AlteredWeights(stored, (name, shape) => name[Prefix.Length..] switch
        {
            "sac.relation_bias" when scene.Bias => golden.Input(scene.Output + ".relation_bias").Clone(),
            "ae.to_out.0.weight" or "ae.to_out.0.bias" when scene.NoEnhancement => Tensor.Zeros(shape),
            _ => null,
        });
    }

    private static void CompareGradients(GoldenCase golden, HashSet<string> compared, string scene, RadlAdapter adapter, Tensor x, Tensor result)
    {
        Tensor loss = (result * golden.Input(scene + ".loss_weight")).Sum();
        Compare(scene + ".loss", loss);
        string[] names = adapter.Parameters.Keys.ToArray();
        Tensor?[] gradients = Autograd.Gradients(loss, [x, .. names.Select(key => adapter.Parameters[key])]);
        Compare(scene + ".grad.X", gradients[0]!);
        for (int i = 0; i < names.Length; i++)
        {
            string key = $"{scene}.grad.{names[i][Prefix.Length..]}";
            bool expected = golden.OutputNames.Contains(key);
            Assert.True(expected == gradients[i + 1] is not null, $"{golden.Name}: {key}: {(expected ? "no gradient came" : "a gradient came, the reference has none")}");
            if (expected)
            {
                Compare(key, gradients[i + 1]!);
            }
        }

        void Compare(string key, Tensor actual)
        {
            golden.Compare(key, actual);
            compared.Add(key);
        }
    }

    private static LayoutConditions Conditions(GoldenCase golden, SceneCase scene)
    {
        bool batch = scene.Name == "batch";
        string s = scene.Name;
        int[] counts = batch ? Array.ConvertAll(golden.Input("batch.counts").ToArray<long>(), count => (int)count) : [(int)golden.Input(s + ".T").Size(0) - 1];
        Tensor texts = golden.Input(s + ".T");
        if (!batch)
        {
            texts = texts.Unsqueeze(0);
        }
        int instances = counts.Sum();
        long width = texts.Size(3);
        Tensor verbs = instances == 0 || scene.EmptyVerbs ? golden.Input("empty.T").Slice(0, 1, long.MaxValue) : golden.Input(s + ".verbs");
        Tensor boxes = instances == 0 ? Tensor.Zeros([0, 4]) : Ragged(golden.Input(s + ".box_x1x2y1y2"));
        float[] sides = boxes.ToArray<float>();
        return new LayoutConditions
        {
            Counts = counts,
            Prompts = texts.Select(1, 0),
            Labels = Tensor.Cat(counts.Select((count, b) => texts.Select(0, b).Narrow(0, 1, count)).ToArray(), 0),
            Pooled = instances == 0 ? Tensor.Zeros([0, width]) : Ragged(golden.Input(s + ".pooled")),
            Verbs = batch ? verbs : verbs.Unsqueeze(0),
            Boxes = Enumerable.Range(0, instances).Select(k => new LayoutBox(sides[4 * k], sides[(4 * k) + 2], sides[(4 * k) + 1], sides[(4 * k) + 3])).ToArray(),
            Masks = instances == 0 ? Tensor.Zeros([0, 8, 8]) : Ragged(golden.Input(s + ".guidance_mask").Squeeze(0)),
            Background = instances == 0 ? Tensor.Ones([counts.Length, 8, 8]) : golden.Input(s + ".supplement_mask").Select(1, 0),
            Strengths = scene.Scaled ? Strengths(golden, scene.Output) : null,
        };

        // The batch's inputs are padded to its longest scene.
        Tensor Ragged(Tensor padded) => batch
            ? Tensor.Cat(counts.Select((count, b) => padded.Select(0, b).Narrow(0, 0, count)).ToArray(), 0)
            : padded;
    }

    private static LayoutStrength[] Strengths(GoldenCase golden, string output)
    {
        float[] text = golden.Input(output + ".ca_scale").ToArray<float>();
        float[] instance = golden.Input(output + ".ea_scale").ToArray<float>();
        float[] fusion = golden.Input(output + ".sac_scale").ToArray<float>();
        return text.Select((value, k) => new LayoutStrength(value, instance[k], fusion[k])).ToArray();
    }

    private static RadlConfig Config(JsonElement root)
    {
        int Int(string name) => root.GetProperty(name).GetInt32();
        return new RadlConfig
        {
            Sites = [new RadlSiteConfig(Site, Int("C"), Int("heads"), Int("query_height"), Int("query_width"))],
            ContextWidth = Int("context_dim"),
            PositionHidden = Int("position_hidden"),
            FourierFrequencies = Int("fourier_freqs"),
            FourierTemperature = root.GetProperty("fourier_temperature").GetDouble(),
            Slots = Int("number_pro"),
            GateReduction = Int("cbam_reduction_ratio"),
        };
    }

    private sealed record Settings(JsonElement Root, RadlConfig Config)
    {
        public HashSet<string> Compared { get; } = new(StringComparer.Ordinal);

        public long Channels => Config.Sites[0].Channels;

        public int Heads => Config.Sites[0].Heads;
    }

    private sealed record SceneCase(string Name, string Output, RadlConfig Config)
    {
        public bool Scaled { get; init; }

        public bool EmptyVerbs { get; init; }

        public bool Bias { get; init; }

        public bool NoEnhancement { get; init; }
    }

    private sealed class AlteredWeights(IWeightSource stored, Func<string, long[], Tensor?> replace) : IWeightSource
    {
        public string Description => stored.Description;

        public bool Has(string name) => stored.Has(name);

        public Tensor? TryTake(string name, long[] shape, Init init)
        {
            Tensor? kept = stored.TryTake(name, shape, init);
            return replace(name, shape) ?? kept;
        }

        public IEnumerable<string> Leftovers() => stored.Leftovers();

        public void Dispose() => stored.Dispose();
    }
}
