namespace Radl.Torch;

/// <summary>Element-wise arithmetic. Operators broadcast as libtorch does.</summary>
public sealed partial class Tensor
{
    private static readonly Op AddOp = Op.Find("aten::add", "Tensor");
    private static readonly Op AddScalarOp = Op.Find("aten::add", "Scalar");
    private static readonly Op SubOp = Op.Find("aten::sub", "Tensor");
    private static readonly Op SubScalarOp = Op.Find("aten::sub", "Scalar");
    private static readonly Op RSubScalarOp = Op.Find("aten::rsub", "Scalar");
    private static readonly Op MulOp = Op.Find("aten::mul", "Tensor");
    private static readonly Op MulScalarOp = Op.Find("aten::mul", "Scalar");
    private static readonly Op DivOp = Op.Find("aten::div", "Tensor");
    private static readonly Op DivScalarOp = Op.Find("aten::div", "Scalar");
    private static readonly Op NegOp = Op.Find("aten::neg");
    private static readonly Op AddInPlaceOp = Op.Find("aten::add_", "Tensor");
    private static readonly Op AddScalarInPlaceOp = Op.Find("aten::add_", "Scalar");
    private static readonly Op SubInPlaceOp = Op.Find("aten::sub_", "Tensor");
    private static readonly Op MulInPlaceOp = Op.Find("aten::mul_", "Tensor");
    private static readonly Op MulScalarInPlaceOp = Op.Find("aten::mul_", "Scalar");
    private static readonly Op DivInPlaceOp = Op.Find("aten::div_", "Tensor");
    private static readonly Op LerpInPlaceOp = Op.Find("aten::lerp_", "Scalar");
    private static readonly Op AddcmulInPlaceOp = Op.Find("aten::addcmul_");
    private static readonly Op AddcdivInPlaceOp = Op.Find("aten::addcdiv_");
    private static readonly Op AddcmulOp = Op.Find("aten::addcmul");
    private static readonly Op CopyInPlaceOp = Op.Find("aten::copy_");
    private static readonly Op FillInPlaceOp = Op.Find("aten::fill_", "Scalar");
    private static readonly Op ZeroInPlaceOp = Op.Find("aten::zero_");
    private static readonly Op PowOp = Op.Find("aten::pow", "Tensor_Scalar");
    private static readonly Op ExpOp = Op.Find("aten::exp");
    private static readonly Op ExpInPlaceOp = Op.Find("aten::exp_");
    private static readonly Op LogOp = Op.Find("aten::log");
    private static readonly Op SqrtOp = Op.Find("aten::sqrt");
    private static readonly Op RsqrtOp = Op.Find("aten::rsqrt");
    private static readonly Op SinOp = Op.Find("aten::sin");
    private static readonly Op CosOp = Op.Find("aten::cos");
    private static readonly Op AbsOp = Op.Find("aten::abs");
    private static readonly Op SquareOp = Op.Find("aten::square");
    private static readonly Op ReciprocalOp = Op.Find("aten::reciprocal");
    private static readonly Op RoundOp = Op.Find("aten::round");
    private static readonly Op FloorOp = Op.Find("aten::floor");
    private static readonly Op SigmoidOp = Op.Find("aten::sigmoid");
    private static readonly Op TanhOp = Op.Find("aten::tanh");
    private static readonly Op ReluOp = Op.Find("aten::relu");
    private static readonly Op SiluOp = Op.Find("aten::silu");
    private static readonly Op SiluInPlaceOp = Op.Find("aten::silu_");
    private static readonly Op GeluOp = Op.Find("aten::gelu");
    private static readonly Op GeluInPlaceOp = Op.Find("aten::gelu_");
    private static readonly Op ClampOp = Op.Find("aten::clamp");
    private static readonly Op MaximumOp = Op.Find("aten::maximum");
    private static readonly Op MinimumOp = Op.Find("aten::minimum");

    public static Tensor operator +(Tensor a, Tensor b) => AddOp.Call(a, b);

    public static Tensor operator +(Tensor a, double b) => AddScalarOp.Call(a, b);

    public static Tensor operator -(Tensor a, Tensor b) => SubOp.Call(a, b);

    public static Tensor operator -(Tensor a, double b) => SubScalarOp.Call(a, b);

    public static Tensor operator -(double a, Tensor b) => RSubScalarOp.Call(b, a);

    public static Tensor operator -(Tensor a) => NegOp.Call(a);

    public static Tensor operator *(Tensor a, Tensor b) => MulOp.Call(a, b);

    public static Tensor operator *(Tensor a, double b) => MulScalarOp.Call(a, b);

    public static Tensor operator *(double a, Tensor b) => MulScalarOp.Call(b, a);

    public static Tensor operator /(Tensor a, Tensor b) => DivOp.Call(a, b);

    public static Tensor operator /(Tensor a, double b) => DivScalarOp.Call(a, b);

    /// <summary>Adds in place: this += scale * other.</summary>
    public Tensor AddInPlace(Tensor other, double scale = 1)
    {
        AddInPlaceOp.Run(this, other, scale);
        return this;
    }

    /// <summary>Adds a number in place.</summary>
    public Tensor AddInPlace(double value)
    {
        AddScalarInPlaceOp.Run(this, value);
        return this;
    }

    /// <summary>Subtracts in place.</summary>
    public Tensor SubInPlace(Tensor other)
    {
        SubInPlaceOp.Run(this, other);
        return this;
    }

    /// <summary>Multiplies in place.</summary>
    public Tensor MulInPlace(Tensor other)
    {
        MulInPlaceOp.Run(this, other);
        return this;
    }

    /// <summary>Multiplies by a number in place.</summary>
    public Tensor MulInPlace(double value)
    {
        MulScalarInPlaceOp.Run(this, value);
        return this;
    }

    /// <summary>Divides in place.</summary>
    public Tensor DivInPlace(Tensor other)
    {
        DivInPlaceOp.Run(this, other);
        return this;
    }

    /// <summary>Moves towards another tensor in place: this += weight * (end - this).</summary>
    public Tensor LerpInPlace(Tensor end, double weight)
    {
        LerpInPlaceOp.Run(this, end, weight);
        return this;
    }

    /// <summary>this += scale * a * b, in place.</summary>
    public Tensor AddcmulInPlace(Tensor a, Tensor b, double scale = 1)
    {
        AddcmulInPlaceOp.Run(this, a, b, scale);
        return this;
    }

    /// <summary>this += scale * a / b, in place.</summary>
    public Tensor AddcdivInPlace(Tensor a, Tensor b, double scale = 1)
    {
        AddcdivInPlaceOp.Run(this, a, b, scale);
        return this;
    }

    /// <summary>this + scale * a * b.</summary>
    public Tensor Addcmul(Tensor a, Tensor b, double scale = 1) => AddcmulOp.Call(this, a, b, scale);

    /// <summary>Copies values, converting type and device.</summary>
    public Tensor CopyFrom(Tensor source)
    {
        CopyInPlaceOp.Run(this, source);
        return this;
    }

    /// <summary>Sets every element.</summary>
    public Tensor FillInPlace(double value)
    {
        FillInPlaceOp.Run(this, value);
        return this;
    }

    /// <summary>Sets every element to zero.</summary>
    public Tensor ZeroInPlace()
    {
        ZeroInPlaceOp.Run(this);
        return this;
    }

    public Tensor Pow(double exponent) => PowOp.Call(this, exponent);

    public Tensor Exp() => ExpOp.Call(this);

    /// <summary>Exponential function in place.</summary>
    public Tensor ExpInPlace()
    {
        ExpInPlaceOp.Run(this);
        return this;
    }

    public Tensor Log() => LogOp.Call(this);

    public Tensor Sqrt() => SqrtOp.Call(this);

    public Tensor Rsqrt() => RsqrtOp.Call(this);

    public Tensor Sin() => SinOp.Call(this);

    public Tensor Cos() => CosOp.Call(this);

    public Tensor Abs() => AbsOp.Call(this);

    public Tensor Square() => SquareOp.Call(this);

    public Tensor Reciprocal() => ReciprocalOp.Call(this);

    /// <summary>Rounds half to even.</summary>
    public Tensor Round() => RoundOp.Call(this);

    public Tensor Floor() => FloorOp.Call(this);

    public Tensor Sigmoid() => SigmoidOp.Call(this);

    public Tensor Tanh() => TanhOp.Call(this);

    public Tensor Relu() => ReluOp.Call(this);

    /// <summary>x * sigmoid(x).</summary>
    public Tensor Silu() => SiluOp.Call(this);

    /// <summary>x * sigmoid(x), in place.</summary>
    public Tensor SiluInPlace()
    {
        SiluInPlaceOp.Run(this);
        return this;
    }

    /// <summary>x * sigmoid(x) of a tensor that nobody else needs: in place where autograd does not record.</summary>
    public Tensor SiluOfFresh() => Autograd.IsRecording ? Silu() : SiluInPlace();

    /// <summary>Adds to a tensor that nobody else needs: in place where autograd does not record.</summary>
    public Tensor AddToFresh(Tensor other) => Autograd.IsRecording ? this + other : AddInPlace(other);

    /// <summary>The exact GELU, x * Phi(x).</summary>
    public Tensor Gelu() => GeluOp.Call(this, "none");

    /// <summary>The exact GELU, in place.</summary>
    public Tensor GeluInPlace()
    {
        GeluInPlaceOp.Run(this, "none");
        return this;
    }

    /// <summary>Limits values from below and above; an absent limit does not limit.</summary>
    public Tensor Clamp(double? low = null, double? high = null) =>
        ClampOp.Call(this, low is { } l ? l : Arg.None, high is { } h ? h : Arg.None);

    /// <summary>The larger of two, element-wise.</summary>
    public Tensor Maximum(Tensor other) => MaximumOp.Call(this, other);

    /// <summary>The smaller of two, element-wise.</summary>
    public Tensor Minimum(Tensor other) => MinimumOp.Call(this, other);
}
