namespace Radl.Layout.Methods.RadlMethod;

/// <summary>What the learnable query of the attribute enhancement is; the paper does not give its shape.</summary>
public enum LearnableQuery
{
    /// <summary>One row per pixel of the site's grid, resized to other grids.</summary>
    Map,

    /// <summary>A few rows gather the instance's features; every pixel then takes what it needs from them.</summary>
    Tokens,
}

/// <summary>Where the attribute enhancement takes keys and values from; the paper says "the image features of the instance".</summary>
public enum AttributeSource
{
    /// <summary>The normalised image inside the instance's region.</summary>
    MaskedTokens,

    /// <summary>The instance's own text cross-attention R_k inside its region.</summary>
    Disentangled,

    /// <summary>The normalised image everywhere, the same for all instances.</summary>
    Tokens,
}

/// <summary>What becomes of the relation attention.</summary>
public enum RelationMode
{
    /// <summary>A phase of the fusion.</summary>
    Phase,

    /// <summary>Added to the fusion's result instead of competing in it.</summary>
    Outside,

    /// <summary>Trained as a phase, but silent: its slot holds the null map and its weight is 0.</summary>
    Muted,

    /// <summary>Not there at all; the slots are MIGC's.</summary>
    Dropped,
}

/// <summary>What a scene without verbs does.</summary>
public enum NoVerbs
{
    /// <summary>It attends to the encoder's states of the empty text.</summary>
    EmptyText,

    /// <summary>Its relation phase is muted.</summary>
    Muted,
}

/// <summary>Where the relation acts.</summary>
public enum MaskTotal
{
    /// <summary>The sum of the region masks, at most 1.</summary>
    Soft,

    /// <summary>1 wherever a region mask is above 0 (the paper's equation 5).</summary>
    Binary,
}

/// <summary>The order of the phases in the gate's slots.</summary>
public enum SlotOrder
{
    /// <summary>Background, instances, layout, nulls, relation (the released code).</summary>
    RelationLast,

    /// <summary>Background, instances, relation, nulls, layout: where MIGC's weights expect the layout phase.</summary>
    LayoutLast,
}
