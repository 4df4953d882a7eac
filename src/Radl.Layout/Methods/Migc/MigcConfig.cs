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

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MostInstances => Slots - 2;

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
    public override void Check() => Check(Sites);
}
