using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Layout.Methods.Gligen;

/// <summary>GLIGEN bound to a batch of scenes: every row's grounding tokens as keys and values of every fuser.</summary>
/// <remarks>In training bind anew for every step, since the tokens depend on the parameters.</remarks>
public sealed class BoundGligen : IBoundMethod, IAttentionControl
{
    private readonly GligenAdapter _adapter;
    private readonly int _rows;
    private readonly int _groundedSteps;
    private readonly OwnedTensors _owned = new();
    private readonly Dictionary<string, (Tensor Keys, Tensor Values)> _tokens = new(StringComparer.Ordinal);

    internal BoundGligen(GligenAdapter adapter, LayoutConditions conditions, LayoutBinding binding)
    {
        conditions.Check(adapter.Needs, binding.UnconditionalRows);
        if (binding.ControlSteps < 0)
        {
            throw new ArgumentException($"ControlSteps is {binding.ControlSteps}; it cannot be negative");
        }
        _adapter = adapter;
        _rows = binding.UnconditionalRows + conditions.Scenes;
        _groundedSteps = binding.ControlSteps;
        using var scope = TensorScope.Enter();
        Tensor tokens = adapter.Tokens.Forward(conditions.Pooled, conditions.Boxes);
        int places = adapter.Config.GroundingTokens;
        Tensor index = Tensor.From(TokenOfPlace(conditions.Counts, binding.UnconditionalRows, places)).To(tokens.Device);
        foreach ((GligenBlock block, GatedSelfAttention fuser) in adapter.Fusers)
        {
            // Each different token is projected once; rows repeat the null token many times.
            (Tensor keys, Tensor values) = fuser.Bind(tokens);
            _tokens.Add(block.Name, (PerRow(keys), PerRow(values)));
        }

        Tensor PerRow(Tensor ofTokens) => _owned.Add(ofTokens.IndexSelect(0, index).Reshape(_rows, places, ofTokens.Size(1)));
    }

    /// <inheritdoc/>
    public IAttentionControl? ForStep(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return step < _groundedSteps ? this : null;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The rows or channels of <paramref name="hidden"/> are not those that were bound.</exception>
    public Tensor? Before(AttentionSite site, Tensor hidden, int height, int width) =>
        FuserAt(site, hidden, height, width) is var (fuser, keys, values) ? fuser.Forward(hidden, keys, values) : null;

    /// <summary>For training: how the pixels at a site share their attention out among the grounding tokens; see <see cref="GatedSelfAttention.TokenShares"/>.</summary>
    /// <returns>[rows, heads, height*width, places], fp32 logarithms, a scene's instances at its first places and null tokens behind them; null where no fuser is.</returns>
    /// <exception cref="ArgumentException">The rows or channels of <paramref name="hidden"/> are not those that were bound.</exception>
    public Tensor? TokenShares(AttentionSite site, Tensor hidden, int height, int width) =>
        FuserAt(site, hidden, height, width) is var (fuser, keys, _) ? fuser.TokenShares(hidden, keys) : null;

    /// <inheritdoc/>
    public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width) => null;

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private (GatedSelfAttention Fuser, Tensor Keys, Tensor Values)? FuserAt(AttentionSite site, Tensor hidden, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(hidden);
        if (_adapter.FuserAt(site) is not var (block, fuser))
        {
            return null;
        }
        long[] shape = hidden.Shape;
        if (shape.Length != 3 || shape[0] != _rows || shape[1] != (long)height * width || shape[2] != block.Channels)
        {
            throw new ArgumentException(
                $"{block.Name}: image tokens of shape [{string.Join(", ", shape)}] on a {height}x{width} grid; bound are {_rows} rows of {block.Channels} channels", nameof(hidden));
        }
        (Tensor keys, Tensor values) = _tokens[block.Name];
        return (fuser, keys, values);
    }

    // Token 0 is the null token; instances of all scenes follow it one after the other.
    private static long[] TokenOfPlace(IReadOnlyList<int> counts, int unconditionalRows, int places)
    {
        var index = new long[(unconditionalRows + counts.Count) * places];
        long token = 1;
        for (int b = 0; b < counts.Count; b++)
        {
            for (int k = 0; k < counts[b]; k++)
            {
                index[((unconditionalRows + b) * places) + k] = token++;
            }
        }
        return index;
    }
}
