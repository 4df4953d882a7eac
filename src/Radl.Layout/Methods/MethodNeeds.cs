namespace Radl.Layout.Methods;

/// <summary>What a method must be told of a scene, and how.</summary>
public sealed record MethodNeeds
{
    /// <summary>Most instances of one scene.</summary>
    public required int MostInstances { get; init; }

    /// <summary>Width of the text encoder's states; null takes any.</summary>
    public long? ContextWidth { get; init; }

    /// <summary>How region masks come onto a coarser grid.</summary>
    public MaskResize Masks { get; init; } = MaskResize.Bilinear;

    /// <summary>What box a mask stands for.</summary>
    public MaskBounds MaskBounds { get; init; } = MaskBounds.Exact;

    /// <summary>Whether it reads the scenes' verbs.</summary>
    public bool Verbs { get; init; }

    /// <summary>Whether it holds an instance's negative prompt to that instance's region; otherwise all of them join the picture's.</summary>
    public bool OwnNegatives { get; init; }

    /// <summary>Whether labels are to be repeated, see <see cref="Instances.InstanceConfig.RepeatLabels"/>.</summary>
    public bool RepeatLabels { get; init; }

    /// <summary>Whether it must know where in the prompt each instance stands.</summary>
    public bool Places { get; init; }
}

/// <summary>How region masks come onto a layer's grid.</summary>
public enum MaskResize
{
    /// <summary>Bilinear without antialiasing, as the references do; thin regions can vanish.</summary>
    Bilinear,

    /// <summary>The share of each cell's area; no region vanishes.</summary>
    Area,
}

/// <summary>The box that an instance has where the scene gives a mask alone.</summary>
public enum MaskBounds
{
    /// <summary>All of the mask.</summary>
    Exact,

    /// <summary>MIGC++'s: up to the last marked column and row of the picture without those themselves.</summary>
    LastPixel,
}
