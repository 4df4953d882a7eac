namespace Radl.Layout.Methods.Instances;

/// <summary>How a method's relation takes part in the fusion, beside background, instances and layout.</summary>
internal sealed record RelationPhase
{
    /// <summary>Whether it has a slot among the phases; otherwise it is added to their fusion.</summary>
    public required bool HasSlot { get; init; }

    /// <summary>Whether it has a slot and never speaks.</summary>
    public required bool IsMuted { get; init; }

    /// <summary>Whether it is silent in scenes without verbs.</summary>
    public required bool NeedsVerbs { get; init; }

    /// <summary>Whether its slot is the last one; otherwise it follows the instances and the layout is last.</summary>
    public required bool IsLast { get; init; }

    /// <summary>Whether it acts fully wherever a region is, not softly at the regions' borders.</summary>
    public required bool IsBinary { get; init; }

    /// <summary>Where the learnable scalar on its logit begins.</summary>
    public required double Bias { get; init; }
}
