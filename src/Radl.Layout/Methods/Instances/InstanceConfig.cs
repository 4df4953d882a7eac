using System.Text.Json.Serialization;

namespace Radl.Layout.Methods.Instances;

/// <summary>What an adapter with a layer per site is: widths, and the choices that RaDL and MIGC share.</summary>
public abstract record InstanceConfig : LayoutConfig
{
    private protected InstanceConfig(string modelType)
        : base(modelType)
    {
    }

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

    /// <summary>In what order the gate over phases sees the instances: as they are listed, or drawn anew at every call from the picture's seed.</summary>
    public FusionSlots FusionSlots { get; set; } = FusionSlots.Kept;

    /// <summary>Where MIGC's fuser without parameters acts at the text cross-attentions that no layer takes over, unless a binding says how long.</summary>
    public FuserUse Fuser { get; set; } = FuserUse.Never;

    /// <summary>Whether a label is written min(instances, 7) times, joined with ", and ": more of the text's tokens then carry it.</summary>
    public bool RepeatLabels { get; set; }

    /// <summary>Most instances of one scene: the slots that are never a whole-picture phase's.</summary>
    [JsonIgnore]
    public abstract int MostInstances { get; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override MethodNeeds Needs => new()
    {
        MostInstances = MostInstances,
        ContextWidth = ContextWidth,
        Masks = MaskResize,
        Verbs = RelationPhase is not null,
        OwnNegatives = true,
        RepeatLabels = RepeatLabels,
    };

    /// <summary>Whether the prompt's attention outside the regions is a phase of the fusion; then it has the first slot.</summary>
    internal virtual bool HasBackgroundPhase => true;

    /// <summary>Slots between that of the background, where it has one, and the last.</summary>
    internal int MiddleSlots => Slots - (HasBackgroundPhase ? 2 : 1);

    /// <summary>The relation's part in the fusion; null where there is none.</summary>
    internal virtual RelationPhase? RelationPhase => null;

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
}

/// <summary>In what order the gate over phases sees the middle slots, whose weights are not symmetric.</summary>
public enum FusionSlots
{
    /// <summary>The instances as the scene lists them.</summary>
    Kept,

    /// <summary>Another order at every call, as the released codes do, here drawn from the picture's seed; where no seed is told, as in training, it is kept.</summary>
    Drawn,
}

/// <summary>Where the fuser without parameters acts.</summary>
public enum FuserUse
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>In the controlled steps, at all text cross-attentions without a layer (the released "InferenceV2").</summary>
    ControlSteps,

    /// <summary>In all steps; after the controlled ones at the layers' places, too (MIGC++).</summary>
    AllSteps,
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
