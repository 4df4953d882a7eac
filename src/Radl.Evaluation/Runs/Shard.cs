using System.Globalization;

namespace Radl.Evaluation.Runs;

/// <summary>A process' share of the batches: every <see cref="Count"/>-th, from <see cref="Index"/> on.</summary>
public readonly record struct Shard
{
    /// <summary>A share.</summary>
    /// <exception cref="ArgumentException">The index is not below the count.</exception>
    public Shard(int index, int count)
    {
        if (count < 1 || index < 0 || index >= count)
        {
            throw new ArgumentException(FormattableString.Invariant($"shard {index} of {count}: the index lies in [0, count), the count is 1 or more"));
        }
        (Index, Count) = (index, count);
    }

    /// <summary>All batches.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Which share, from 0.</summary>
    public int Index { get; }

    /// <summary>How many shares there are.</summary>
    public int Count { get; }

    /// <summary>Whether a batch is part of it.</summary>
    public bool Has(int batch) => batch % Count == Index;

    /// <summary>Reads <c>i/n</c>, i from 1 on as people count.</summary>
    /// <exception cref="ArgumentException">Not of that form, or out of range.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        return parts.Length == 2 && Number(parts[0]) is { } i && Number(parts[1]) is { } n && i >= 1 && i <= n
            ? new Shard(i - 1, n)
            : throw new ArgumentException($"--shard: '{text}' is not I/N with I from 1 to N");
    }

    /// <summary>The share that <c>RANK</c> and <c>WORLD_SIZE</c> name; everything where neither is set.</summary>
    /// <exception cref="ArgumentException">One is missing or wrong.</exception>
    public static Shard FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        (string? rank, string? world) = (variable("RANK"), variable("WORLD_SIZE"));
        if (string.IsNullOrEmpty(world))
        {
            return string.IsNullOrEmpty(rank) ? Whole : throw new ArgumentException("RANK is set, but WORLD_SIZE is not");
        }
        return Number(world) is { } count && Number(rank ?? "") is { } index && index < count
            ? new Shard(index, count)
            : throw new ArgumentException($"RANK={rank} WORLD_SIZE={world}: RANK lies in [0, WORLD_SIZE)");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
