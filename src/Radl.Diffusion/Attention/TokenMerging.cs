using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>Merges the tokens of an image that are most like another one before self-attention, and spreads the results again (ToMe for Stable Diffusion, Bolya and Hoffman 2023).</summary>
/// <remarks>
/// One token of every 2x2 cell stays what it is: a destination. Of the others, the share that is most like its best destination by
/// the cosine is averaged into it. Which token of a cell it is varies from cell to cell, against patterns, but not from
/// step to step, so that a picture depends on its seed alone.
/// </remarks>
public sealed class TokenMerging : IDisposable
{
    /// <summary>Greatest share of tokens: all but the destinations.</summary>
    public const double MostRatio = 0.75;

    private const int Cell = 2;

    private readonly Dictionary<(int Height, int Width, Device Device), (Tensor Sources, Tensor Destinations)> _grids = [];

    /// <summary>Chooses the share of tokens that is merged away.</summary>
    /// <param name="ratio">Greater than 0, at most <see cref="MostRatio"/>; 0.5 is usual.</param>
    public TokenMerging(double ratio)
    {
        if (!(ratio is > 0 and <= MostRatio))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, $"the share of merged tokens lies in (0, {MostRatio}]");
        }
        Ratio = ratio;
    }

    /// <summary>Share of tokens that is merged away.</summary>
    public double Ratio { get; }

    /// <summary>Chooses what is merged into what; the current scope owns the plan's tensors.</summary>
    /// <param name="tokens">[batch, height * width, channels].</param>
    /// <param name="height">Rows of the grid, at least 2.</param>
    /// <param name="width">Columns of the grid, at least 2.</param>
    public MergedTokens Plan(Tensor tokens, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (height < Cell || width < Cell || tokens.Size(1) != (long)height * width)
        {
            throw new ArgumentException($"{tokens.Size(1)} tokens are no {height}x{width} grid of 2x2 cells", nameof(tokens));
        }
        using var guard = Autograd.NoGrad();
        (Tensor sources, Tensor destinations) = GridFor(height, width, tokens.Device);
        long merged = Math.Min((long)(tokens.Size(1) * Ratio), sources.Count);
        using var scope = TensorScope.Enter();
        Tensor unit = tokens / (tokens.Square().Sum([2], keep: true).Sqrt() + 1e-6);
        Tensor likeness = unit.IndexSelect(1, sources).MatMul(unit.IndexSelect(1, destinations).Transpose(1, 2));
        (Tensor best, Tensor nearest) = likeness.Max(2);
        Tensor order = best.Sort(1, descending: true).Indices;
        return MergedTokens.Of(scope, tokens.Shape, sources, destinations, nearest, order, merged);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Tensor sources, Tensor destinations) in _grids.Values)
        {
            sources.Dispose();
            destinations.Dispose();
        }
        _grids.Clear();
    }

    private (Tensor Sources, Tensor Destinations) GridFor(int height, int width, Device device)
    {
        if (!_grids.TryGetValue((height, width, device), out (Tensor, Tensor) grid))
        {
            using var scope = TensorScope.Enter();
            var destinations = new SortedSet<long>();
            for (int row = 0; row + 1 < height; row += Cell)
            {
                for (int column = 0; column + 1 < width; column += Cell)
                {
                    // Fibonacci hashing of the cell's number: its top two bits choose the token.
                    uint choice = (uint)((row * width) + column) * 2654435769u >> 30;
                    destinations.Add(((row + (choice >> 1)) * width) + column + (choice & 1));
                }
            }
            long[] sources = [.. Enumerable.Range(0, height * width).Select(token => (long)token).Where(token => !destinations.Contains(token))];
            grid = (Tensor.From(sources).To(device).Keep(), Tensor.From(destinations.ToArray()).To(device).Keep());
            _grids.Add((height, width, device), grid);
        }
        return grid;
    }
}
