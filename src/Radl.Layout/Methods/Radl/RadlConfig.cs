using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Instances;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>What a RaDL adapter is: its sites, its widths, and every choice the paper leaves open.</summary>
/// <remarks>The defaults are the recommended module; each other value is an ablation or reads someone else's weights.</remarks>
public sealed record RadlConfig : InstanceConfig
{
    private const string Method = "radl";

    /// <summary>A config with the recommended choices.</summary>
    public RadlConfig()
        : base(Method) => FourierFrequencies = 32;

    /// <summary>The text cross-attentions that the adapter takes over; one layer each, nothing shared.</summary>
    public required IReadOnlyList<RadlSiteConfig> Sites { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int MostInstances => Slots - 3;

    /// <summary>Whether the learnable query enhances attributes; without it the instance attention's query is the normalised image.</summary>
    public bool AttributeEnhancement { get; set; } = true;

    /// <summary>What the learnable query is.</summary>
    public LearnableQuery LearnableQuery { get; set; } = LearnableQuery.Map;

    /// <summary>Rows of the learnable query where it is no map.</summary>
    public int QueryTokens { get; set; } = 16;

    /// <summary>Where the enhancement's keys and values come from.</summary>
    public AttributeSource AttributeSource { get; set; } = AttributeSource.MaskedTokens;

    /// <summary>What becomes of the relation attention.</summary>
    public RelationMode Relation { get; set; } = RelationMode.Phase;

    /// <summary>What a scene without verbs does: the encoder's states of the empty text, or no relation phase.</summary>
    public NoVerbs NoVerbs { get; set; } = NoVerbs.EmptyText;

    /// <summary>Where the relation acts: softly at a region's border, or fully wherever a region is.</summary>
    public MaskTotal MaskTotal { get; set; } = MaskTotal.Soft;

    /// <summary>Which phase stands in the last slot.</summary>
    public SlotOrder SlotOrder { get; set; } = SlotOrder.RelationLast;

    /// <summary>Where the learnable scalar on the relation's logit begins: 0 from scratch, -4 when warm-started from MIGC.</summary>
    public double RelationBias { get; set; }

    /// <summary>Whether a learnable gate, tanh of a scalar that begins at 0, stands before the whole layer's change to the plain attention.</summary>
    public bool Gate { get; set; }

    internal override RelationPhase? RelationPhase => Relation == RelationMode.Dropped ? null : new RelationPhase
    {
        HasSlot = Relation is RelationMode.Phase or RelationMode.Muted,
        IsMuted = Relation == RelationMode.Muted,
        NeedsVerbs = NoVerbs == NoVerbs.Muted,
        IsLast = SlotOrder == SlotOrder.RelationLast,
        IsBinary = MaskTotal == MaskTotal.Binary,
        Bias = RelationBias,
    };

    /// <summary>The recommended adapter of a U-Net: its mid block and all attentions of its lowest up block that has some (SD 1.x: four sites at 8x8 and 16x16).</summary>
    /// <param name="unet">The U-Net to steer.</param>
    /// <param name="latentHeight">Rows of the latents that the adapter is trained at; the learnable queries are laid out for them.</param>
    /// <param name="latentWidth">Columns of those latents.</param>
    public static RadlConfig For(UNet2DCondition unet, int latentHeight, int latentWidth)
    {
        ArgumentNullException.ThrowIfNull(unet);
        var config = new RadlConfig
        {
            ContextWidth = unet.Config.CrossAttentionDim,
            Sites = [.. LayoutSite.Lowest(unet).Select(pair => new RadlSiteConfig(
                pair.Site.Name, pair.Site.Channels, pair.Site.Heads, latentHeight / pair.Scale, latentWidth / pair.Scale))],
        };
        config.Check();
        return config;
    }

    /// <summary>Reads a config.</summary>
    /// <exception cref="InvalidDataException">Not a config, or one of another model, or a field that is unknown or out of range.</exception>
    public static RadlConfig Parse(string json, string source = "config.json") => Parse(json, source, LayoutJson.Default.RadlConfig, Method);

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, LayoutJson.Default.RadlConfig);

    /// <inheritdoc/>
    public override void Check()
    {
        Check(Sites);
        Require(QueryTokens > 0, "query_tokens: at least one is needed");
        foreach (RadlSiteConfig site in Sites)
        {
            Require(site.QueryHeight > 0 && site.QueryWidth > 0, $"sites['{site.Name}']: the learnable query has no rows");
        }
    }
}

/// <summary>One text cross-attention that a RaDL adapter takes over.</summary>
/// <param name="Name">Its place in the U-Net, e.g. <c>mid_block.attentions.0.transformer_blocks.0.attn2</c>.</param>
/// <param name="Channels">Width of its image tokens.</param>
/// <param name="Heads">Its heads; the adapter's attentions have as many.</param>
/// <param name="QueryHeight">Rows of the learnable query: the site's grid at the training size. Other grids resize it.</param>
/// <param name="QueryWidth">Columns of the learnable query.</param>
public sealed record RadlSiteConfig(string Name, long Channels, int Heads, int QueryHeight, int QueryWidth) : LayoutSite(Name, Channels, Heads);
