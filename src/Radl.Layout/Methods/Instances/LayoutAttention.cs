using Radl.Diffusion.Attention;
using Radl.Torch;
using Radl.Torch.Modules;

namespace Radl.Layout.Methods.Instances;

/// <summary>Self-attention over the whole picture in which a pixel sees only pixels that share a region, or the background, with it.</summary>
internal sealed class LayoutAttention
{
    private readonly Linear _toQuery;
    private readonly Linear _toKey;
    private readonly Linear _toValue;
    private readonly Linear _toOut;
    private readonly int _heads;

    public LayoutAttention(Weights weights, LayoutSite site)
    {
        _heads = site.Heads;
        _toQuery = new Linear(weights / "to_q", site.Channels, site.Channels, bias: false);
        _toKey = new Linear(weights / "to_k", site.Channels, site.Channels, bias: false);
        _toValue = new Linear(weights / "to_v", site.Channels, site.Channels, bias: false);
        _toOut = new Linear(weights / "to_out" / 0, site.Channels, site.Channels);
    }

    /// <summary>The three projections in one, [C, 3 C], input first.</summary>
    public Tensor Bind() => Tensor.Cat([_toQuery.Weight, _toKey.Weight, _toValue.Weight], 0).Transpose(0, 1).Contiguous();

    /// <summary>Attends over the attention's raw input.</summary>
    /// <param name="hidden">[A, pixels, C].</param>
    /// <param name="projections">From <see cref="Bind"/>.</param>
    /// <param name="pairs">Who sees whom.</param>
    public Tensor Forward(Tensor hidden, Tensor projections, OpenPairs pairs)
    {
        long[] shape = hidden.Shape;
        long channels = shape[2];
        Tensor projected = hidden.Reshape(-1, channels).MatMul(projections);
        if (pairs.Places is null)
        {
            Tensor[] parts = projected.Reshape(shape[0], shape[1], 3 * channels).Chunk(3, 2);
            return _toOut.Forward(Attend(parts[0], parts[1], parts[2], pairs.Closed!));
        }
        Tensor attended = Tensor.Cat(
            [.. pairs.Gathered.Select(groups =>
            {
                // Whole rows: libtorch gathers parts of rows one by one.
                Tensor[] context = projected.IndexSelect(0, groups.Keys).Reshape(groups.Groups, -1, 3 * channels).Chunk(3, 2);
                Tensor queries = groups.Queries is null ? context[0] : projected.IndexSelect(0, groups.Queries).Reshape(groups.Groups, -1, 3 * channels).Narrow(2, 0, channels);
                return Attend(queries, context[1], context[2], groups.Closed).Reshape(-1, channels);
            })],
            0);
        return _toOut.Forward(attended.IndexSelect(0, pairs.Places).Reshape(shape));
    }

    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor closed) => ScaledDotProduct.JoinHeads(ScaledDotProduct.Attend(
        ScaledDotProduct.SplitHeads(queries, _heads), ScaledDotProduct.SplitHeads(keys, _heads), ScaledDotProduct.SplitHeads(values, _heads), closed));
}
