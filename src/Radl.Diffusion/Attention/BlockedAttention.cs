using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>softmax(Q K^T) V of long sequences on a CPU, one head and one block of queries at a time, so that scores stay in cache and never exist as a whole.</summary>
/// <remarks>
/// The softmax is exp(s) V / sum exp(s): the product with the values also sums the exponentials, by further columns that are one and cost nothing where the
/// width is filled up to whole vectors anyway. Against a softmax that saves the search of each row's maximum and two passes over the scores. The maximum is there to keep the
/// exponentials in range; here every row's sum is looked at afterwards, and where one left the range in which nothing is lost, the whole is computed again the usual way.
/// </remarks>
internal static class BlockedAttention
{
    private const long BlockRows = 512;

    // Sixteen elements fill a vector of the product's kernel.
    private const long Vector = 16;

    // In half types the sum is a rounded result; that of several columns, each of a part of the keys, is rounded less.
    private const long LeastSums = 8;

    // exp(s) over- or underflows in fp32, and in bf16, from e^88 on. Sums within these bounds have kept all that matters beside their largest terms.
    private const double LeastSum = 1e-20;
    private const double MostSum = 1e30;

    /// <summary>Attends; batched products over heads are far slower in bf16, and K^T is copied once per head because every block reads it.</summary>
    /// <param name="queries">[batch, heads, n, d].</param>
    /// <param name="keys">[batch or 1, heads, m, d].</param>
    /// <param name="values">[batch or 1, heads, m, d].</param>
    /// <param name="scale">Of the scores; null where a factor has it already.</param>
    /// <returns>[batch, heads, n, d], laid out by tokens as the output projection reads it, so that joining the heads is no copy.</returns>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, double? scale)
    {
        using var scope = TensorScope.Enter();
        long[] shape = queries.Shape;
        Tensor result = Tensor.Empty([shape[0], shape[2], shape[1], shape[3]], queries.DType, queries.Device).Transpose(1, 2);
        // Half precision of five bits of exponent has no room for exponentials.
        if (queries.DType == DType.Float16 || !BySums(queries, keys, values, scale, result))
        {
            BySoftmax(queries, keys, values, scale, result);
        }
        return scope.Return(result);
    }

    private static bool BySums(Tensor queries, Tensor keys, Tensor values, double? scale, Tensor result)
    {
        using var scope = TensorScope.Enter();
        long[] shape = queries.Shape;
        (long n, long m, long d) = (shape[2], keys.Size(2), shape[3]);
        long columns = (d + LeastSums + Vector - 1) / Vector * Vector;
        // The values change from head to head, the columns that sum stay.
        Tensor wide = Tensor.Empty([m, columns], queries.DType);
        wide.Narrow(1, d, columns - d).CopyFrom(Parts(m, columns - d));
        Tensor products = Tensor.Empty([n, columns], queries.DType);
        Tensor sums = Tensor.Empty([shape[0], shape[1], n, 1], DType.Float32);
        ForEachHead(queries, keys, values, (b, h, headQueries, keysT, headValues, buffer) =>
        {
            wide.Narrow(1, 0, d).CopyFrom(headValues);
            ForEachBlock(headQueries, keysT, scale, buffer, (row, scores) => scores.ExpInPlace().MatMulInto(wide, products.Narrow(0, row, scores.Size(0))));
            Tensor own = sums.Select(0, b).Select(0, h);
            own.CopyFrom(products.Narrow(1, d, columns - d).To(DType.Float32).Sum([1], keep: true));
            result.Select(0, b).Select(0, h).CopyFrom(products.Narrow(1, 0, d) / own);
        });
        // A sum that is no number is in no range.
        return sums.Min().Item() >= LeastSum && sums.Max().Item() <= MostSum;
    }

    private static void BySoftmax(Tensor queries, Tensor keys, Tensor values, double? scale, Tensor result) =>
        ForEachHead(queries, keys, values, (b, h, headQueries, keysT, headValues, buffer) =>
        {
            Tensor own = headValues.Contiguous();
            Tensor headResult = result.Select(0, b).Select(0, h);
            ForEachBlock(headQueries, keysT, scale, buffer, (row, scores) =>
            {
                scores.SoftmaxInto(scores, -1);
                headResult.Narrow(0, row, scores.Size(0)).CopyFrom(scores.MatMul(own));
            });
        });

    private static void ForEachHead(Tensor queries, Tensor keys, Tensor values, Action<long, long, Tensor, Tensor, Tensor, Tensor> work)
    {
        using var scope = TensorScope.Enter();
        Tensor buffer = Tensor.Empty([Math.Min(BlockRows, queries.Size(2)), keys.Size(2)], queries.DType);
        for (long b = 0; b < queries.Size(0); b++)
        {
            long source = keys.Size(0) == 1 ? 0 : b;
            for (long h = 0; h < queries.Size(1); h++)
            {
                using var head = TensorScope.Enter();
                Tensor keysT = keys.Select(0, source).Select(0, h).Transpose(0, 1).Contiguous();
                work(b, h, queries.Select(0, b).Select(0, h), keysT, values.Select(0, source).Select(0, h), buffer);
            }
        }
    }

    private static void ForEachBlock(Tensor queries, Tensor keysT, double? scale, Tensor buffer, Action<long, Tensor> work)
    {
        for (long row = 0; row < queries.Size(0); row += BlockRows)
        {
            Interruption.Check();
            using var block = TensorScope.Enter();
            long rows = Math.Min(BlockRows, queries.Size(0) - row);
            Tensor scores = buffer.Narrow(0, 0, rows);
            Tensor some = queries.Narrow(0, row, rows);
            (scale is { } factor ? some * factor : some).MatMulInto(keysT, scores);
            work(row, scores);
        }
    }

    // [m, columns]: column j is one for the j-th of equal parts of the keys.
    private static Tensor Parts(long keys, long columns)
    {
        var ones = new float[keys * columns];
        for (long key = 0; key < keys; key++)
        {
            ones[(key * columns) + (key * columns / keys)] = 1;
        }
        return Tensor.From<float>(ones, keys, columns);
    }
}
