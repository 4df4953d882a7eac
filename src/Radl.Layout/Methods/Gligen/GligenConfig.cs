using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;

namespace Radl.Layout.Methods.Gligen;

/// <summary>What a GLIGEN adapter (boxes and text) is. The defaults are the released model's.</summary>
public sealed record GligenConfig : LayoutConfig
{
    private const string Site = ".attn2";

    /// <summary>A config of the released model's sizes.</summary>
    public GligenConfig()
        : base(LayoutMethods.Gligen)
    {
    }

    /// <summary>The transformer blocks that have a fuser: in the released model all of them.</summary>
    public required IReadOnlyList<GligenBlock> Blocks { get; init; }

    /// <summary>Hidden width of the network that makes the tokens.</summary>
    public long PositionHidden { get; set; } = 512;

    /// <summary>Frequencies of the box embedding.</summary>
    public int FourierFrequencies { get; set; } = 8;

    /// <summary>The k-th of K frequencies is this to the power k/K.</summary>
    public double FourierTemperature { get; set; } = 100;

    /// <summary>Grounding tokens of every row: the instances', and null tokens for the rest. It is also the most instances of a scene.</summary>
    public int GroundingTokens { get; set; } = 30;

    /// <inheritdoc/>
    [JsonIgnore]
    public override MethodNeeds Needs => new() { MostInstances = GroundingTokens, ContextWidth = ContextWidth };

    /// <summary>A fuser in every transformer block of a U-Net.</summary>
    public static GligenConfig For(UNet2DCondition unet)
    {
        ArgumentNullException.ThrowIfNull(unet);
        var config = new GligenConfig
        {
            ContextWidth = unet.Config.CrossAttentionDim,
            Blocks = [.. unet.Sites.Select(site => new GligenBlock(BlockOf(site), site.Attention.Width, site.Attention.Heads))],
        };
        config.Check();
        return config;
    }

    /// <summary>Reads a config.</summary>
    /// <exception cref="InvalidDataException">Not a config, or one of another method, or a field that is unknown or out of range.</exception>
    public static GligenConfig Parse(string json, string source = "config.json") => Parse(json, source, LayoutJson.Default.GligenConfig, LayoutMethods.Gligen);

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, LayoutJson.Default.GligenConfig);

    /// <inheritdoc/>
    public override void Check()
    {
        Require(Blocks.Count > 0, "blocks: at least one is needed");
        Require(ContextWidth > 0, "context_width: it must be positive");
        Require(PositionHidden > 0, "position_hidden: it must be positive");
        Require(FourierFrequencies > 0, "fourier_frequencies: at least one is needed");
        Require(FourierTemperature > 0, "fourier_temperature: it must be positive");
        Require(GroundingTokens > 0, "grounding_tokens: at least one is needed");
        Require(Blocks.Select(block => block.Name).Distinct(StringComparer.Ordinal).Count() == Blocks.Count, "blocks: a name occurs twice");
        foreach (GligenBlock block in Blocks)
        {
            Require(block.Channels > 0 && block.Heads > 0 && block.Channels % block.Heads == 0, $"blocks['{block.Name}']: {block.Heads} heads do not divide {block.Channels} channels");
        }
    }

    /// <summary>The name of the transformer block that a text cross-attention stands in.</summary>
    internal static string BlockOf(AttentionSite site) => site.Name.EndsWith(Site, StringComparison.Ordinal) ? site.Name[..^Site.Length] : site.Name;
}

/// <summary>One transformer block of the U-Net that has a fuser.</summary>
/// <param name="Name">Its place, e.g. <c>mid_block.attentions.0.transformer_blocks.0</c>.</param>
/// <param name="Channels">Width of its image tokens.</param>
/// <param name="Heads">Its heads; the fuser's attention has as many.</param>
public sealed record GligenBlock(string Name, long Channels, int Heads);
