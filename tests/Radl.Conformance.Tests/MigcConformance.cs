using System.Text.Json;
using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>A MIGC layer and the fuser without parameters against the official module: every submodule, the fusion weights, the call rule.</summary>
public static class MigcConformance
{
    private const string Site = "mid_block.attentions.0.transformer_blocks.0.attn2";

    /// <summary>Runs one case folder of the kind <c>migc</c>.</summary>
    public static void Migc(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        MigcConfig config = Config(document.RootElement);
        using var adapter = new MigcAdapter(
            Weights.From(FileWeights.Open(golden.PathOf("weights.safetensors"), key => key.StartsWith("migc.", StringComparison.Ordinal) ? $"{Site}.{key}" : null)),
            config);
        var compared = new HashSet<string>(StringComparer.Ordinal);
        foreach (string scene in golden.OutputNames.Select(output => output.Split('.')[0]).Distinct().ToArray())
        {
            var comparison = new MigcSceneComparison(golden, compared, scene, Site, config.Sites[0].Channels, config.ContextWidth);
            comparison.Layer(adapter);
            comparison.Scaled(adapter);
            comparison.Fuser(adapter);
            using Weights frozen = Weights.Open(golden.PathOf("weights.safetensors"));
            comparison.Processor(adapter, new CrossAttention(frozen / "attn2", config.Sites[0].Channels, config.ContextWidth, config.Sites[0].Heads));
        }
        // What the reference recorded and nobody looked at would be a hole.
        Assert.Equal(golden.OutputNames.Order(StringComparer.Ordinal), compared.Order(StringComparer.Ordinal));
        golden.Report();
    }

    private static MigcConfig Config(JsonElement root)
    {
        int Int(string name) => root.GetProperty(name).GetInt32();
        return new MigcConfig
        {
            Sites = [new LayoutSite(Site, Int("C"), Int("heads"))],
            ContextWidth = Int("context_dim"),
            FourierFrequencies = Int("fourier_freqs"),
            FourierTemperature = root.GetProperty("fourier_temperature").GetDouble(),
            Slots = Int("number_pro"),
            GateReduction = Int("cbam_reduction_ratio"),
            InclusiveSteps = true,
        };
    }
}
