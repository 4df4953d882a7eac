using System.Diagnostics;
using Radl.Torch;

namespace Radl.Diffusion.Attention;

/// <summary>libtorch's own kernel for softmax(Q K^T / sqrt(d)) V, where it has one that pays.</summary>
/// <remarks>
/// 2.x has one for CPU and CUDA, 1.13 has none. On the CPU its bf16 form multiplies with a plain loop where libtorch was built without
/// a BLAS that knows bf16, as Debian's 2.6 is: there it takes twenty times as long as the two products by themselves, which go
/// to oneDNN. No op tells how a libtorch was built, so the kernel is timed once; the two cases lie far apart.
/// </remarks>
internal static class FusedAttention
{
    private const double FarSlower = 4;
    private const int Rounds = 5;

    private static readonly Op? FusedOp = Op.TryFind("aten::scaled_dot_product_attention");

    // Not cached when it fails: then memory ran out, which the next call may not see.
    private static readonly Lazy<bool> HalfPays = new(TimeHalf, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Whether the fused kernel is the one to call for such tensors.</summary>
    public static bool Pays(Tensor like) =>
        FusedOp is not null && (!like.Device.IsCpu || !like.DType.IsHalf() || HalfPays.Value);

    /// <summary>Shapes as in <see cref="ScaledDotProduct.Attend"/>; only where <see cref="Pays"/>.</summary>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? mask) =>
        FusedOp!.Call(queries, keys, values, mask, 0.0, false);

    private static bool TimeHalf()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor heads = Tensor.Ones([1, 1, 128, 64], DType.BFloat16);
        return Best(() => Attend(heads, heads, heads, null))
            < FarSlower * Best(() => ScaledDotProduct.Probabilities(heads, heads).MatMul(heads));
    }

    // The quickest of some rounds: what another process does meanwhile only ever adds.
    private static TimeSpan Best(Func<Tensor> attend)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            attend().Dispose();
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }
        return best;
    }
}
