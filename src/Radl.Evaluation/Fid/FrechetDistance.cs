using Radl.Torch;

namespace Radl.Evaluation.Fid;

/// <summary>
/// The Fréchet distance of two normal distributions, |m1 - m2|² + tr(S1 + S2 - 2 (S1 S2)^½): with Inception features
/// the FID. The trace of the root is taken from the symmetric S1^½ S2 S1^½, whose eigenvalues are those of S1 S2 but
/// real, so that singular covariances need no correction.
/// </summary>
public static class FrechetDistance
{
    private static readonly Op EighOp = Op.Find("aten::linalg_eigh");
    private static readonly Op EigvalshOp = Op.Find("aten::linalg_eigvalsh");

    /// <summary>The distance between two sets; rounding can make it slightly negative where they are equal.</summary>
    /// <exception cref="ArgumentException">The sets have different numbers of features.</exception>
    public static double Between(FeatureStatistics a, FeatureStatistics b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Dimension != b.Dimension)
        {
            throw new ArgumentException($"b: {b.Dimension} features, the other set has {a.Dimension}", nameof(b));
        }

        double apart = 0;
        double traces = 0;
        for (int i = 0; i < a.Dimension; i++)
        {
            apart += (a.Mean[i] - b.Mean[i]) * (a.Mean[i] - b.Mean[i]);
            traces += a.Covariance[i * (a.Dimension + 1)] + b.Covariance[i * (a.Dimension + 1)];
        }

        return apart + traces - (2 * TraceOfRoot(a, b));
    }

    private static double TraceOfRoot(FeatureStatistics a, FeatureStatistics b)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor s1 = Tensor.From<double>(a.Covariance, a.Dimension, a.Dimension);
        Tensor s2 = Tensor.From<double>(b.Covariance, b.Dimension, b.Dimension);
        Tensor?[] eigen = EighOp.CallMany(s1, "L");
        Tensor root = (eigen[1]! * eigen[0]!.Clamp(low: 0).Sqrt()).MatMul(eigen[1]!.Transpose(0, 1));
        Tensor inner = root.MatMul(s2).MatMul(root);
        Tensor symmetric = (inner + inner.Transpose(0, 1)) * .5;
        return EigvalshOp.Call(symmetric, "L").Clamp(low: 0).Sqrt().Sum().Item();
    }
}
