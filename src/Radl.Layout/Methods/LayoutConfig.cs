using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Instances;

namespace Radl.Layout.Methods;

/// <summary>What an adapter is: its widths and the choices that every method has. The adapter folder's <c>config.json</c>.</summary>
/// <remarks>Fields with a default are settable, since a generated reader gives init-only ones that a file lacks no default.</remarks>
public abstract record LayoutConfig
{
    private protected LayoutConfig(string modelType) => ModelType = modelType;

    /// <summary>Names the method, as folders and the command line do.</summary>
    public string ModelType { get; set; }

    /// <summary>Width of the text encoder's states.</summary>
    public required long ContextWidth { get; init; }

    /// <summary>Hidden width of the position MLP.</summary>
    public long PositionHidden { get; set; } = 512;

    /// <summary>Frequencies of the box embedding: 32 in RaDL, 8 in MIGC.</summary>
    public int FourierFrequencies { get; set; }

    /// <summary>The k-th of K frequencies is this to the power k/K.</summary>
    public double FourierTemperature { get; set; } = 100;

    /// <summary>Channels of the gate over phases. Changing it changes the shape of its weights.</summary>
    public int Slots { get; set; } = 30;

    /// <summary>Channels are divided by this inside the fusion's channel gate.</summary>
    public int GateReduction { get; set; } = 16;

    /// <summary>What the instance attention attends to.</summary>
    public InstanceContext InstanceContext { get; set; } = InstanceContext.TwoTokens;

    /// <summary>Whether the masked self-attention over the whole picture is a phase.</summary>
    public bool LayoutAttention { get; set; } = true;

    /// <summary>How region masks come onto a layer's grid.</summary>
    public MaskResize MaskResize { get; set; } = MaskResize.Bilinear;

    /// <summary>
    /// Instances that every scene is padded to with empty ones, which take their share of the fusion's weights as in MIGC's
    /// training; 0, the default, pads nothing.
    /// </summary>
    public int PaddedInstances { get; set; }

    /// <summary>Whether the last control step itself is controlled too (the released codes' rule; RaDL's paper is exclusive).</summary>
    public bool InclusiveSteps { get; set; }

    /// <summary>Most instances of one scene: the slots that are never a whole-picture phase's.</summary>
    [JsonIgnore]
    public abstract int MostInstances { get; }

    /// <summary>Whether the adapter is told the scenes' verbs.</summary>
    [JsonIgnore]
    public bool ReadsVerbs => RelationPhase is not null;

    /// <summary>The relation's part in the fusion; null where there is none.</summary>
    internal virtual RelationPhase? RelationPhase => null;

    /// <summary>The config as JSON text.</summary>
    public abstract string ToJson();

    /// <summary>Checks ranges.</summary>
    /// <exception cref="ArgumentException">A field is out of range; the text names it.</exception>
    public abstract void Check();

    private protected static T Parse<T>(string json, string source, JsonTypeInfo<T> type, string modelType)
        where T : LayoutConfig
    {
        T config;
        try
        {
            config = JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException($"{source}: the config is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
        if (config.ModelType != modelType)
        {
            throw new InvalidDataException($"{source}: model_type is '{config.ModelType}', an adapter of this method has '{modelType}'");
        }
        try
        {
            config.Check();
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{source}: {e.Message}", e);
        }
        return config;
    }

    private protected void Check(IReadOnlyList<LayoutSite> sites)
    {
        Require(sites.Count > 0, "sites: at least one site is needed");
        Require(ContextWidth > 0, "context_width: it must be positive");
        Require(PositionHidden > 0, "position_hidden: it must be positive");
        Require(FourierFrequencies > 0, "fourier_frequencies: at least one is needed");
        Require(FourierTemperature > 0, "fourier_temperature: it must be positive");
        Require(MostInstances > 0, $"slots: at least {Slots + 1 - MostInstances} are needed, one for an instance beside those of the whole picture");
        Require(PaddedInstances >= 0 && PaddedInstances <= MostInstances, $"padded_instances: 0 to {MostInstances} are possible");
        Require(GateReduction > 0, "gate_reduction: it must be positive");
        Require(sites.Select(site => site.Name).Distinct(StringComparer.Ordinal).Count() == sites.Count, "sites: a name occurs twice");
        foreach (LayoutSite site in sites)
        {
            Require(site.Channels > 0 && site.Heads > 0 && site.Channels % site.Heads == 0, $"sites['{site.Name}']: {site.Heads} heads do not divide {site.Channels} channels");
            Require(site.Channels >= GateReduction, $"sites['{site.Name}']: {site.Channels} channels are fewer than gate_reduction {GateReduction}");
        }
    }

    private protected static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}

/// <summary>One text cross-attention that an adapter takes over.</summary>
/// <param name="Name">Its place in the U-Net, e.g. <c>mid_block.attentions.0.transformer_blocks.0.attn2</c>.</param>
/// <param name="Channels">Width of its image tokens.</param>
/// <param name="Heads">Its heads; the adapter's attentions have as many.</param>
public record LayoutSite(string Name, long Channels, int Heads)
{
    // The mid block and all attentions of the lowest up block that has some, each with how much coarser than the latents its grid is.
    internal static IEnumerable<(LayoutSite Site, int Scale)> Lowest(UNet2DCondition unet)
    {
        int levels = unet.Config.BlockOutChannels.Count;
        int up = unet.Config.UpBlockTypes.ToList().IndexOf("CrossAttnUpBlock2D");
        foreach (AttentionSite site in unet.Sites)
        {
            bool mid = site.Name.StartsWith("mid_block.", StringComparison.Ordinal);
            if (mid || (up >= 0 && site.Name.StartsWith($"up_blocks.{up}.", StringComparison.Ordinal)))
            {
                yield return (new LayoutSite(site.Name, site.Attention.Width, site.Attention.Heads), 1 << (mid ? levels - 1 : levels - 1 - up));
            }
        }
    }
}

/// <summary>What the instance attention attends to; RaDL's paper says label and position embedding "concatenated".</summary>
public enum InstanceContext
{
    /// <summary>Two tokens: pooled label, position.</summary>
    TwoTokens,

    /// <summary>One token of twice the width, as in RaDL's released code. One key has weight 1, so the query is without effect.</summary>
    OneWideToken,

    /// <summary>All tokens of the label, then the position.</summary>
    FullLabel,
}

/// <summary>How region masks come onto a layer's grid.</summary>
public enum MaskResize
{
    /// <summary>Bilinear without antialiasing, as the references do; thin regions can vanish.</summary>
    Bilinear,

    /// <summary>The share of each cell's area; no region vanishes.</summary>
    Area,
}
