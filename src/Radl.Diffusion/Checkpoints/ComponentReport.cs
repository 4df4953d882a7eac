namespace Radl.Diffusion.Checkpoints;

/// <summary>How the stored tensors of one component compare with what the component needs.</summary>
public sealed record ComponentReport
{
    /// <summary><c>unet</c>, <c>vae</c>, <c>text_encoder</c>, <c>clip</c>, or an adapter's method.</summary>
    public required string Component { get; init; }

    /// <summary>Its sizes in words.</summary>
    public required string Sizes { get; init; }

    /// <summary>Stored tensors that are its parameters.</summary>
    public required int Tensors { get; init; }

    /// <summary>Elements of those.</summary>
    public required long Parameters { get; init; }

    /// <summary>Parameters that are not stored, by our name.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Stored tensors that no parameter corresponds to.</summary>
    public required IReadOnlyList<string> LeftOver { get; init; }

    /// <summary>Parameters that are stored in another shape than the component needs, with both.</summary>
    public required IReadOnlyList<string> WrongShape { get; init; }

    /// <summary>Whether the component loads.</summary>
    public bool IsComplete => Missing.Count == 0 && LeftOver.Count == 0 && WrongShape.Count == 0;

    /// <summary>Compares.</summary>
    /// <param name="component">The component's name.</param>
    /// <param name="sizes">Its sizes in words.</param>
    /// <param name="needed">Shapes by our names.</param>
    /// <param name="stored">Shapes by our names, as far as the stored ones have one.</param>
    public static ComponentReport Compare(string component, string sizes, IReadOnlyDictionary<string, long[]> needed, IReadOnlyDictionary<string, long[]> stored)
    {
        ArgumentNullException.ThrowIfNull(needed);
        ArgumentNullException.ThrowIfNull(stored);
        string[] taken = [.. needed.Keys.Where(stored.ContainsKey)];
        return new ComponentReport
        {
            Component = component,
            Sizes = sizes,
            Tensors = taken.Length,
            Parameters = taken.Sum(name => Count(stored[name])),
            Missing = [.. needed.Keys.Where(name => !stored.ContainsKey(name))],
            LeftOver = [.. stored.Keys.Where(name => !needed.ContainsKey(name)).Order(StringComparer.Ordinal)],
            WrongShape = [.. taken.Where(name => !IsSame(needed[name], stored[name])).Select(name => $"{name}: [{string.Join(", ", stored[name])}] instead of [{string.Join(", ", needed[name])}]")],
        };
    }

    private static long Count(long[] shape) => shape.Contains(0) ? 0 : shape.Aggregate(1L, (count, size) => count * size);

    // A 1x1 convolution's kernel is a linear's matrix.
    private static bool IsSame(long[] needed, long[] stored) => needed.AsSpan().SequenceEqual(stored)
        || (needed.Length + stored.Length == 6 && needed.AsSpan(0, 2).SequenceEqual(stored.AsSpan(0, 2)) && (needed is [_, _, 1, 1] || stored is [_, _, 1, 1]));
}
