using System.Text.Json;
using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>A case of the official MIGC or MIGC++ module: its config, its layer at one site, the text cross-attention there, its scenes.</summary>
internal sealed class MigcCase : IDisposable
{
    private const string Site = "mid_block.attentions.0.transformer_blocks.0.attn2";

    private readonly GoldenCase _golden;
    private readonly Weights _frozen;
    private readonly MigcConfig _config;
    private readonly HashSet<string> _compared = new(StringComparer.Ordinal);

    public MigcCase(string name, MigcVariant variant)
    {
        _golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_golden.PathOf("config.json")));
        Root = document.RootElement.Clone();
        _config = Config(Root, variant);
        Adapter = Open(_config);
        _frozen = Weights.Open(_golden.PathOf("weights.safetensors"));
        Attention = new CrossAttention(_frozen / "attn2", _config.Sites[0].Channels, _config.ContextWidth, _config.Sites[0].Heads);
    }

    /// <summary>The config file.</summary>
    public JsonElement Root { get; }

    /// <summary>The layer.</summary>
    public MigcAdapter Adapter { get; }

    /// <summary>The frozen text cross-attention.</summary>
    public CrossAttention Attention { get; }

    /// <summary>The scenes by name.</summary>
    public IEnumerable<MigcSceneComparison> Scenes =>
        _golden.OutputNames.Select(output => output.Split('.')[0]).Distinct().Select(scene => new MigcSceneComparison(_golden, _compared, scene, _config));

    /// <summary>The layer under a config of other choices; the caller owns it.</summary>
    public MigcAdapter Open(MigcConfig config) => new(
        Weights.From(FileWeights.Open(_golden.PathOf("weights.safetensors"), key => key.StartsWith("migc.", StringComparison.Ordinal) ? $"{Site}.{key}" : null)),
        config);

    /// <summary>Checks that every output was compared: what the reference recorded and nobody looked at would be a hole.</summary>
    public void Finish()
    {
        Assert.Equal(_golden.OutputNames.Order(StringComparer.Ordinal), _compared.Order(StringComparer.Ordinal));
        _golden.Report();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _frozen.Dispose();
        Adapter.Dispose();
        _golden.Dispose();
    }

    private static MigcConfig Config(JsonElement root, MigcVariant variant)
    {
        int Int(string name) => root.GetProperty(name).GetInt32();
        var config = new MigcConfig
        {
            Variant = variant,
            Sites = [new LayoutSite(Site, Int("C"), Int("heads"))],
            ContextWidth = Int("context_dim"),
            FourierFrequencies = Int("fourier_freqs"),
            FourierTemperature = root.GetProperty("fourier_temperature").GetDouble(),
            Slots = Int("number_pro"),
            InclusiveSteps = true,
        };
        return variant == MigcVariant.Original ? config with { GateReduction = Int("cbam_reduction_ratio") } : config;
    }
}
