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

    /// <summary>The three projections in one, [C, 3 C], input first; the queries' has the attention's factor.</summary>
    public Tensor Bind()
    {
        Tensor query = ScaledDotProduct.Prescale(_toQuery.Weight, _toQuery.Weight.Size(0) / _heads);
        return Tensor.Cat([query, _toKey.Weight, _toValue.Weight], 0).Transpose(0, 1).Contiguous();
    }

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
            return _toOut.Forward(AttendAmong(projected, shape[0], pairs.Closed!));
        }
        if (pairs.Order is not null)
        {
            Tensor ordered = projected.IndexSelect(0, pairs.Order);
            Tensor runs = Tensor.Cat([.. pairs.Runs.Select(run => AttendRun(ordered, run))], 0);
            return _toOut.Forward(runs.IndexSelect(0, pairs.Places).Reshape(shape));
        }
        Tensor attended = Tensor.Cat(
            [.. pairs.Gathered.Select(groups =>
            {
                // Whole rows: libtorch gathers parts of rows one by one.
                Tensor context = projected.IndexSelect(0, groups.Keys);
                if (groups.Queries is null)
                {
                    return AttendAmong(context, groups.Groups, groups.Closed).Reshape(-1, channels);
                }
                Tensor queries = Heads(projected.IndexSelect(0, groups.Queries), groups.Groups, 0, 1);
                Tensor keysValues = Heads(context, groups.Groups, 1, 2);
                return Attend(queries.Select(0, 0), keysValues.Select(0, 0), keysValues.Select(0, 1), groups.Closed).Reshape(-1, channels);
            })],
            0);
        return _toOut.Forward(attended.IndexSelect(0, pairs.Places).Reshape(shape));
    }

    // All that a run sees is open to each of its pixels.
    private Tensor AttendRun(Tensor ordered, OpenRun run)
    {
        using var scope = TensorScope.Enter();
        Tensor context = run.Keys is null ? ordered.Narrow(0, run.FirstKey, run.KeyCount) : ordered.IndexSelect(0, run.Keys);
        Tensor queries = Heads(ordered.Narrow(0, run.First, run.Count), 1, 0, 1).Select(0, 0);
        Tensor keysValues = Heads(context, 1, 1, 2);
        return scope.Return(ScaledDotProduct.JoinHeads(ScaledDotProduct.AttendManyPrescaled(queries, keysValues.Select(0, 0), keysValues.Select(0, 1))).Squeeze(0));
    }

    // Rows of a group among themselves.
    private Tensor AttendAmong(Tensor rows, long groups, Tensor closed)
    {
        Tensor all = Heads(rows, groups, 0, 3);
        return Attend(all.Select(0, 0), all.Select(0, 1), all.Select(0, 2), closed);
    }

    private Tensor Heads(Tensor rows, long groups, int first, int count) => ScaledDotProduct.SplitHeads(rows, groups, 3, _heads, first, count);

    private static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor closed) =>
        ScaledDotProduct.JoinHeads(ScaledDotProduct.AttendPrescaled(queries, keys, values, closed));
}
