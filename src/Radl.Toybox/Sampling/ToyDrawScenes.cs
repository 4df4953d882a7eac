using Radl.Toybox.World;

namespace Radl.Toybox.Sampling;

/// <summary>What a prompt of the drawing benchmark asks about.</summary>
public enum ToyDrawKind
{
    /// <summary>Several instances with a colour and a pattern each.</summary>
    Attribute,

    /// <summary>Several instances of one category; the prompt lists them one by one.</summary>
    Quantity,

    /// <summary>Two instances and a verb between them.</summary>
    Relation,
}

/// <summary>A scene and what it asks about.</summary>
public sealed record ToyDrawScene(ToyDrawKind Kind, ToyScene Scene);

/// <summary>
/// An endless list of scenes of three kinds in turn, after DrawBench: attributes (2 to 4 instances without a verb), quantities
/// (2 to 6 of one category, without a verb), relations (2 instances with a verb). All stay inside the caption grammar.
/// </summary>
public sealed class ToyDrawScenes
{
    /// <summary>Number of kinds: scenes <c>k</c>, <c>k + 3</c>, … are of one kind.</summary>
    public const int Kinds = 3;

    private readonly ToySceneSampler[] _samplers =
    [
        new(ToySceneOptions.Counts(2, 4) with { RelationProbability = 0 }),
        new(ToySceneOptions.Counts(2, 6) with { RelationProbability = 0, OneCategory = true }),
        new(ToySceneOptions.Counts(2, 2) with { RelationProbability = 1 }),
    ];

    /// <summary>The scene at an index; the same for the same seed and index on every platform. Thread safe.</summary>
    public ToyDrawScene Sample(ulong seed, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        int kind = (int)(index % Kinds);
        var random = new ToyRandom(seed ^ 0x44524157, (ulong)index); // so that none repeats the scene of its index in other lists
        return new((ToyDrawKind)kind, _samplers[kind].Sample(ref random));
    }
}
