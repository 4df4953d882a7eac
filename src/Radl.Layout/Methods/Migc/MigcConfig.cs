using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Instances;

namespace Radl.Layout.Methods.Migc;

/// <summary>What a MIGC adapter is. The defaults are the released model's, but for the number of control steps, which is RaDL's exclusive one.</summary>
public sealed record MigcConfig : InstanceConfig
{
    private const string Method = "migc";

    /// <summary>A config of the released model's sizes.</summary>
    public MigcConfig()
        : base(Method) => FourierFrequencies = 8;

    /// <summary>The text cross-attentions that the adapter takes over; one layer each, nothing shared.</summary>
    public required IReadOnlyList<LayoutSite> Sites { get; init; }

    /// <summary>MIGC, or MIGC++ with its refined shader.</summary>
    public MigcVariant Variant { get; set; } = MigcVariant.Original;

    /// <summary>In MIGC++ a factor of the shading beside the refined shader's result.</summary>
    public double GammaScale { get; set; } = 1;

    /// <summary>What box a mask stands for; MIGC++'s release has <see cref="MaskBounds.LastPixel"/>.</summary>
    public MaskBounds MaskBounds { get; set; } = MaskBounds.Exact;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MostInstances => MiddleSlots;

    /// <inheritdoc/>
    [JsonIgnore]
    public override MethodNeeds Needs => base.Needs with { MaskBounds = MaskBounds };

    internal override bool HasBackgroundPhase => Variant == MigcVariant.Original;

    /// <summary>The released adapter's sites in a U-Net: its mid block and all attentions of its lowest up block that has some (SD 1.x: four sites at 8x8 and 16x16).</summary>
    public static MigcConfig For(UNet2DCondition unet)
    {
        ArgumentNullException.ThrowIfNull(unet);
        var config = new MigcConfig
        {
            ContextWidth = unet.Config.CrossAttentionDim,
            Sites = [.. LayoutSite.Lowest(unet).Select(pair => pair.Site)],
        };
        config.Check();
        return config;
    }

    /// <summary>Reads a config.</summary>
    /// <exception cref="InvalidDataException">Not a config, or one of another method, or a field that is unknown or out of range.</exception>
    public static MigcConfig Parse(string json, string source = "config.json") => Parse(json, source, LayoutJson.Default.MigcConfig, Method);

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, LayoutJson.Default.MigcConfig);

    /// <inheritdoc/>
    public override void Check()
    {
        Check(Sites);
        Require(Variant == MigcVariant.Original || LayoutAttention, "layout_attention: MIGC++ needs it");
        Require(double.IsFinite(GammaScale), "gamma_scale: it must be a number");
    }
}

/// <summary>Which of the two papers' layers.</summary>
public enum MigcVariant
{
    /// <summary>MIGC (CVPR 2024).</summary>
    Original,

    /// <summary>MIGC++ (TPAMI 2024): the refined shader's mean, and beside it a gated fusion of instances and layout alone.</summary>
    PlusPlus,
}
