namespace Radl.Torch;

/// <summary>Sums, extremes, comparisons and selection.</summary>
public sealed partial class Tensor
{
    private static readonly Op SumOp = Op.Find("aten::sum");
    private static readonly Op SumDimsOp = Op.Find("aten::sum", "dim_IntList");
    private static readonly Op MeanOp = Op.Find("aten::mean");
    private static readonly Op MeanDimsOp = Op.Find("aten::mean", "dim");
    private static readonly Op AmaxOp = Op.Find("aten::amax");
    private static readonly Op AminOp = Op.Find("aten::amin");
    private static readonly Op ArgmaxOp = Op.Find("aten::argmax");
    private static readonly Op StdOp = Op.Find("aten::std", "correction");
    private static readonly Op NormOp = Op.Find("aten::linalg_vector_norm");
    private static readonly Op CumProdOp = Op.Find("aten::cumprod");
    private static readonly Op CumSumOp = Op.Find("aten::cumsum");
    private static readonly Op MaxOp = Op.Find("aten::max");
    private static readonly Op MaxDimOp = Op.Find("aten::max", "dim");
    private static readonly Op MinOp = Op.Find("aten::min");
    private static readonly Op EqOp = Op.Find("aten::eq", "Scalar");
    private static readonly Op EqTensorOp = Op.Find("aten::eq", "Tensor");
    private static readonly Op GtOp = Op.Find("aten::gt", "Scalar");
    private static readonly Op GeOp = Op.Find("aten::ge", "Scalar");
    private static readonly Op LtOp = Op.Find("aten::lt", "Scalar");
    private static readonly Op NeOp = Op.Find("aten::ne", "Scalar");
    private static readonly Op AllOp = Op.Find("aten::all");
    private static readonly Op AnyOp = Op.Find("aten::any");
    private static readonly Op IsFiniteOp = Op.Find("aten::isfinite");
    private static readonly Op NotOp = Op.Find("aten::logical_not");
    private static readonly Op AndOp = Op.Find("aten::logical_and");
    private static readonly Op OrOp = Op.Find("aten::logical_or");
    private static readonly Op WhereOp = Op.Find("aten::where", "self");
    private static readonly Op MaskedFillOp = Op.Find("aten::masked_fill", "Scalar");
    private static readonly Op GatherOp = Op.Find("aten::gather");
    private static readonly Op IndexSelectOp = Op.Find("aten::index_select");
    private static readonly Op SortOp = Op.Find("aten::sort");
    private static readonly Op AllcloseOp = Op.Find("aten::allclose");

    /// <summary>The sum of all elements.</summary>
    public Tensor Sum() => SumOp.Call(this);

    /// <summary>Sums over dimensions.</summary>
    public Tensor Sum(long[] dimensions, bool keep = false) => SumDimsOp.Call(this, dimensions, keep);

    /// <summary>The mean of all elements.</summary>
    public Tensor Mean() => MeanOp.Call(this);

    /// <summary>Means over dimensions.</summary>
    public Tensor Mean(long[] dimensions, bool keep = false) => MeanDimsOp.Call(this, dimensions, keep);

    /// <summary>Largest values over dimensions.</summary>
    public Tensor Amax(long[] dimensions, bool keep = false) => AmaxOp.Call(this, dimensions, keep);

    /// <summary>Smallest values over dimensions.</summary>
    public Tensor Amin(long[] dimensions, bool keep = false) => AminOp.Call(this, dimensions, keep);

    /// <summary>Index of the first largest value of a dimension, int64.</summary>
    public Tensor Argmax(int dimension, bool keep = false) => ArgmaxOp.Call(this, dimension, keep);

    /// <summary>Standard deviation over dimensions; <paramref name="correction"/> 1 is the unbiased one.</summary>
    public Tensor Std(long[] dimensions, int correction = 1, bool keep = false) => StdOp.Call(this, dimensions, correction, keep);

    /// <summary>The Euclidean norm of all elements.</summary>
    public Tensor Norm() => NormOp.Call(this);

    public Tensor CumProd(int dimension) => CumProdOp.Call(this, dimension);

    public Tensor CumSum(int dimension) => CumSumOp.Call(this, dimension);

    /// <summary>The largest of all elements.</summary>
    public Tensor Max() => MaxOp.Call(this);

    /// <summary>Largest values along a dimension, and where they are.</summary>
    public (Tensor Values, Tensor Indices) Max(int dimension)
    {
        Tensor?[] result = MaxDimOp.CallMany(this, dimension, false);
        return (result[0]!, result[1]!);
    }

    /// <summary>The smallest of all elements.</summary>
    public Tensor Min() => MinOp.Call(this);

    public Tensor Eq(double value) => EqOp.Call(this, value);

    public Tensor Eq(Tensor other) => EqTensorOp.Call(this, other);

    public Tensor Ne(double value) => NeOp.Call(this, value);

    public Tensor Gt(double value) => GtOp.Call(this, value);

    public Tensor Ge(double value) => GeOp.Call(this, value);

    public Tensor Lt(double value) => LtOp.Call(this, value);

    public Tensor All() => AllOp.Call(this);

    public Tensor Any() => AnyOp.Call(this);

    public Tensor IsFinite() => IsFiniteOp.Call(this);

    public Tensor Not() => NotOp.Call(this);

    public Tensor And(Tensor other) => AndOp.Call(this, other);

    public Tensor Or(Tensor other) => OrOp.Call(this, other);

    /// <summary>From <paramref name="yes"/> where the condition holds, else from <paramref name="no"/>.</summary>
    public static Tensor Where(Tensor condition, Tensor yes, Tensor no) => WhereOp.Call(condition, yes, no);

    /// <summary>A value where the mask is true.</summary>
    public Tensor MaskedFill(Tensor mask, double value) => MaskedFillOp.Call(this, mask, value);

    /// <summary>Values at indices along a dimension.</summary>
    public Tensor Gather(int dimension, Tensor index) => GatherOp.Call(this, dimension, index);

    /// <summary>Whole slices at indices of a dimension.</summary>
    public Tensor IndexSelect(int dimension, Tensor index) => IndexSelectOp.Call(this, dimension, index);

    /// <summary>Sorted values and their indices.</summary>
    public (Tensor Values, Tensor Indices) Sort(int dimension = -1, bool descending = false)
    {
        Tensor?[] result = SortOp.CallMany(this, dimension, descending);
        return (result[0]!, result[1]!);
    }

    /// <summary>The largest absolute difference from another tensor, in double precision.</summary>
    public double MaxDifference(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using var scope = TensorScope.Enter();
        return Count == 0 ? 0 : (To(DType.Float64) - other.To(DType.Float64)).Abs().Max().Item();
    }
}
