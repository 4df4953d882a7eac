namespace Radl.Torch;

/// <summary>Products and softmax.</summary>
public sealed partial class Tensor
{
    private static readonly Op MatMulOp = Op.Find("aten::matmul");
    private static readonly Op MatMulOutOp = Op.Find("aten::mm", "out");
    private static readonly Op BmmOp = Op.Find("aten::bmm");
    private static readonly Op SoftmaxOp = Op.Find("aten::softmax", "int");
    private static readonly Op LogSoftmaxOp = Op.Find("aten::log_softmax", "int");
    private static readonly Op SoftmaxOutOp = Op.Find("aten::_softmax", "out");

    /// <summary>Matrix product, batched over leading dimensions.</summary>
    public Tensor MatMul(Tensor other) => MatMulOp.Call(this, other);

    /// <summary>Product of two matrices, written into existing memory of its shape.</summary>
    public void MatMulInto(Tensor other, Tensor result) => MatMulOutOp.Run(this, other, result);

    /// <summary>Product of two batches of matrices, [b, n, k] x [b, k, m].</summary>
    public Tensor Bmm(Tensor other) => BmmOp.Call(this, other);

    /// <summary>Softmax over a dimension, in the tensor's own type.</summary>
    public Tensor Softmax(int dimension) => SoftmaxOp.Call(this, dimension);

    /// <summary>Softmax over a dimension, written into existing memory (which may be this tensor's own).</summary>
    public void SoftmaxInto(Tensor result, int dimension) => SoftmaxOutOp.Run(this, dimension, false, result);

    /// <summary>Logarithm of the softmax.</summary>
    public Tensor LogSoftmax(int dimension) => LogSoftmaxOp.Call(this, dimension);
}
