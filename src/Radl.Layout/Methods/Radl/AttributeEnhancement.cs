using Radl.Diffusion.Attention;
using Radl.Layout.Methods.Instances;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>A learnable query gathers an instance's own image features, so that its attributes stand out (RaDL eq. 2).</summary>
/// <remarks>
/// The query is a map: one row per pixel, the same for every instance and scene, resized to other grids. It has no projection;
/// the output projection begins at zero, so a fresh adapter's enhanced image is the normalised image.
/// </remarks>
internal sealed class AttributeEnhancement
{
    private readonly Tensor _query;
    private readonly Linear _toKey;
    private readonly Linear _toValue;
    private readonly Linear _toOut;
    private readonly RadlSiteConfig _site;
    private readonly AttributeSource _source;
    private readonly bool _isMap;

    public AttributeEnhancement(Weights weights, RadlSiteConfig site, RadlConfig config)
    {
        _site = site;
        _source = config.AttributeSource;
        _isMap = config.LearnableQuery == LearnableQuery.Map;
        long rows = _isMap ? (long)site.QueryHeight * site.QueryWidth : config.QueryTokens;
        _query = weights.Take("query", Init.Normal(0.02), 1, rows, site.Channels);
        _toKey = new Linear(weights / "to_k", site.Channels, site.Channels, bias: false);
        _toValue = new Linear(weights / "to_v", site.Channels, site.Channels, bias: false);
        _toOut = new Linear(weights / "to_out" / 0, site.Channels, site.Channels, init: Init.Zeros);
    }

    /// <summary>The learnable query on a grid, [pixels, C]; as it is where it is no map.</summary>
    public Tensor QueryOn(int height, int width)
    {
        if (!_isMap)
        {
            return _query.Squeeze(0);
        }
        if (height == _site.QueryHeight && width == _site.QueryWidth)
        {
            return _query.Squeeze(0);
        }
        Tensor planes = _query.Transpose(1, 2).Reshape(1, _site.Channels, _site.QueryHeight, _site.QueryWidth);
        return Functional.InterpolateBilinear(planes, height, width).Reshape(_site.Channels, (long)height * width).Transpose(0, 1);
    }

    /// <summary>
    /// The query's rows at the instances' pixels (or all of them where it is no map), per head, with the key projection folded in:
    /// (X W_k) Q^T / sqrt(d) = X (W_k Q^T / sqrt(d)). [S, C, heads * L]. A map on a large grid, whose scores never stand in memory together, is not folded: [S, L, C].
    /// </summary>
    public Tensor BindQuery(RegionGrid grid)
    {
        long channels = _site.Channels;
        Tensor rows = _isMap
            ? QueryOn(grid.Height, grid.Width).IndexSelect(0, grid.Pixels).Reshape(-1, grid.PixelsPerInstance, channels)
            : _query.Expand(grid.Masks.Size(0), -1, -1);
        long width = channels / _site.Heads;
        if (IsInBlocks(grid))
        {
            return ScaledDotProduct.Prescale(rows, width);
        }
        Tensor keys = (_toKey.Weight * (1 / Math.Sqrt(width))).Reshape(1, _site.Heads, width, channels);
        return ScaledDotProduct.SplitHeads(rows, _site.Heads).MatMul(keys).Reshape(rows.Size(0), -1, channels).Transpose(1, 2).Contiguous();
    }

    /// <summary>A context for what <see cref="Forward"/> gives: the output projection is folded into it.</summary>
    public FoldedContext Fold(FoldedContext context) => context.WithBranch(_toOut.Weight, _toOut.Bias!);

    /// <summary>Gathers what enhances each instance's image features: F^_k = X_k + F_k W_o + b is left to a context that <see cref="Fold"/> made.</summary>
    /// <param name="query">From <see cref="BindQuery"/>.</param>
    /// <param name="normalised">The normalised image at the instances' pixels, [S, L, C].</param>
    /// <param name="picture">The normalised image of each active scene, [A, pixels, C].</param>
    /// <param name="disentangled">Masked R_k, [S, L, C].</param>
    /// <param name="grid">The instances' pixels, and which of them an instance may see.</param>
    /// <param name="trace">Receives F_k and F^_k; null records nothing.</param>
    /// <returns>[X_k, F_k], [S, L, 2 C].</returns>
    public Tensor Forward(Tensor query, Tensor normalised, Tensor picture, Tensor disentangled, RegionGrid grid, LayoutTrace? trace)
    {
        Tensor source = _source switch
        {
            AttributeSource.MaskedTokens => normalised,
            AttributeSource.Disentangled => disentangled,
            _ => picture.IndexSelect(0, grid.SceneOfInstance),
        };
        Tensor values = ScaledDotProduct.SplitHeads(_toValue.Forward(source), _site.Heads);
        Tensor gathered = ScaledDotProduct.JoinHeads(IsInBlocks(grid) ? GatherInBlocks(query, source, values, grid) : Gather(query, source, values, normalised, grid));
        if (trace is not null)
        {
            trace.Gathered = gathered;
            trace.Enhanced = normalised + _toOut.Forward(gathered);
        }
        return Tensor.Cat([normalised, gathered], 2);
    }

    private bool IsInBlocks(RegionGrid grid) => _isMap && grid.IsLarge;

    // [S, heads, L, d].
    private Tensor Gather(Tensor query, Tensor source, Tensor values, Tensor normalised, RegionGrid grid)
    {
        Tensor? closed = _source == AttributeSource.Tokens ? null : grid.ClosedKeys;
        long[] shape = source.Shape;
        // A row per key, with the queries of all heads: the softmax runs across the rows in whole vectors.
        Tensor scores = source.Bmm(query);
        // In place is safe under autograd too: a product's gradient needs its factors, not its result.
        Tensor shares = (closed is null ? scores : scores.AddInPlace(closed)).Softmax(1).Reshape(shape[0], shape[1], _site.Heads, -1).Transpose(1, 2);
        Tensor attended = KeysFirst.Gather(shares, values);
        return _isMap ? attended : ScaledDotProduct.Attend(ScaledDotProduct.SplitHeads(normalised, _site.Heads), attended, attended);
    }

    // Each instance by itself, without what fills up its list: no mask is needed then. What fills up gets zeros; its own mask is zero.
    private Tensor GatherInBlocks(Tensor query, Tensor source, Tensor values, RegionGrid grid)
    {
        Tensor queries = ScaledDotProduct.SplitHeads(query, _site.Heads);
        Tensor keys = ScaledDotProduct.SplitHeads(_toKey.Forward(source), _site.Heads);
        return Tensor.Cat([.. Enumerable.Range(0, (int)source.Size(0)).Select(Own)], 0);

        Tensor Own(int instance)
        {
            using var scope = TensorScope.Enter();
            int count = grid.Chosen.Lists[instance].Count;
            long seen = _source == AttributeSource.Tokens ? source.Size(1) : count;
            Tensor attended = ScaledDotProduct.AttendManyPrescaled(Some(queries, count), Some(keys, seen), Some(values, seen));
            long[] shape = attended.Shape;
            Tensor rest = Tensor.Zeros([1, shape[1], grid.PixelsPerInstance - count, shape[3]], attended.DType, attended.Device);
            return scope.Return(Tensor.Cat([attended, rest], 2));

            Tensor Some(Tensor heads, long length) => heads.Narrow(0, instance, 1).Narrow(2, 0, length);
        }
    }
}
