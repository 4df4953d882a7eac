namespace Radl.Torch.Tests.Ops;

/// <summary>One op as the models use it: how its inputs are drawn, and how it is called.</summary>
/// <param name="Roundings">
/// How often a value is rounded to bf16 on its way: once, when a result is computed in fp32 and stored, which loses at most
/// 2^-8 of it (bf16 has 8 bits of precision); once more for each intermediate that libtorch stores in bf16.
/// </param>
/// <param name="Inputs">Draws the inputs, in fp32.</param>
/// <param name="Run">The op.</param>
internal sealed record HalfCase(int Roundings, Func<Generator, Tensor[]> Inputs, Func<Tensor[], Tensor> Run)
{
    /// <summary>Ops on images, [batch, channels, height, width]: each is tried in both memory formats.</summary>
    public static readonly Dictionary<string, HalfCase> Images = new(StringComparer.Ordinal)
    {
        ["conv2d 3x3"] = Convolution(3, 1),
        ["conv2d 3x3 of few pixels by many weights"] = new(
            1,
            g => [Draw(g, 2, 640, 7, 8), Draw(g, 768, 640, 3, 3) * 0.02, Draw(g, 768)],
            x => Functional.Conv2d(x[0], x[1], x[2], 1, 1)),
        ["conv2d 3x3 stride 2"] = Convolution(3, 2),
        ["conv2d 1x1"] = Convolution(1, 1),
        ["conv2d 1x1 stride 2"] = Convolution(1, 2),
        ["group norm"] = GroupNorm(offset: 0),
        ["group norm of values far from zero"] = GroupNorm(offset: 4),
        ["interpolation to the nearest"] = Unary(1, x => Functional.InterpolateNearest(x, 32, 32)),
        ["interpolation to the nearest, odd sizes"] = Unary(1, x => Functional.InterpolateNearest(x, 13, 7)),
        ["interpolation, bilinear"] = Unary(1, x => Functional.InterpolateBilinear(x, 23, 9)),
        ["average pooling"] = Unary(1, x => Functional.AveragePool(x, 4, 4)),
        // 1.13 stores exp(-x), 1 + exp(-x) and the quotient.
        ["silu"] = Unary(3, x => x.Silu()),
        ["silu in place"] = Unary(3, x => x.Clone().SiluInPlace()),
        ["sigmoid"] = Unary(1, x => x.Sigmoid()),
        ["tanh"] = Unary(1, x => x.Tanh()),
        ["add"] = Binary((a, b) => a + b),
        ["add in place"] = Binary((a, b) => a.Clone().AddInPlace(b)),
        ["add a bias per channel in place"] = new(1, g => [Draw(g, 2, 64, 16, 16), Draw(g, 2, 64, 1, 1)], x => x[0].Clone().AddInPlace(x[1])),
        ["multiply"] = Binary((a, b) => a * b),
        ["multiply in place"] = Binary((a, b) => a.Clone().MulInPlace(b)),
        // The number is rounded, too.
        ["multiply by a number"] = Unary(2, x => x * 0.3),
        ["clamp"] = Unary(1, x => x.Clamp(-0.5, 0.5)),
        ["cat of channels"] = Binary((a, b) => Tensor.Cat([a, b], 1)),
        ["pad"] = Unary(1, x => x.Pad([0, 1, 0, 1])),
        ["mean over space"] = Unary(2, x => x.Mean([2, 3])),
        ["sum over space"] = Unary(1, x => x.Sum([2, 3])),
        ["largest over space"] = Unary(1, x => x.Amax([2, 3])),
        ["mean over channels"] = Unary(2, x => x.Mean([1], keep: true)),
        ["largest over channels"] = Unary(1, x => x.Amax([1], keep: true)),
    };

    /// <summary>Ops on tokens, [batch, tokens, width].</summary>
    public static readonly Dictionary<string, HalfCase> Tokens = new(StringComparer.Ordinal)
    {
        ["linear"] = new(1, g => [Draw(g, 2, 77, 96), Draw(g, 128, 96), Draw(g, 128)], x => Functional.Linear(x[0], x[1], x[2])),
        ["linear without bias"] = new(1, g => [Draw(g, 2, 77, 96), Draw(g, 128, 96)], x => Functional.Linear(x[0], x[1], null)),
        ["linear of a slice of rows"] = new(1, g => [Draw(g, 154, 96), Draw(g, 128, 96), Draw(g, 128)],
            x => Functional.Linear(x[0].Narrow(0, 10, 100), x[1].Narrow(0, 64, 64), x[2].Narrow(0, 64, 64))),
        ["matmul"] = new(1, g => [Draw(g, 100, 80), Draw(g, 80, 60)], x => x[0].MatMul(x[1])),
        ["matmul by a transposed matrix"] = new(1, g => [Draw(g, 100, 80), Draw(g, 60, 80)], x => x[0].MatMul(x[1].Transpose(0, 1))),
        ["matmul over heads"] = new(1, g => [Draw(g, 2, 4, 64, 16), Draw(g, 2, 4, 77, 16)], x => x[0].MatMul(x[1].Transpose(2, 3))),
        ["bmm"] = new(1, g => [Draw(g, 3, 64, 40), Draw(g, 3, 40, 50)], x => x[0].Bmm(x[1])),
        ["softmax"] = new(1, g => [Draw(g, 2, 4, 64, 77) * 3], x => x[0].Softmax(-1)),
        ["softmax across rows"] = new(1, g => [Draw(g, 2, 4, 77, 64) * 3], x => x[0].Softmax(2)),
        // Behind the last whole vector 1.13 rounds the exponentials before it divides.
        ["softmax across rows that fill no vector"] = new(2, g => [Draw(g, 2, 4, 77, 50) * 3], x => x[0].Softmax(2)),
        ["softmax into its own memory"] = new(1, g => [Draw(g, 64, 77) * 3], x => Written(x[0].Clone())),
        ["layer norm"] = new(1, g => [Draw(g, 2, 77, 96) + 1, Draw(g, 96), Draw(g, 96)], x => Functional.LayerNorm(x[0], x[1], x[2], 1e-5)),
        // On contiguous tokens only: elsewhere 1.13 stores 1 + erf, which costs small results of negative values their exactness.
        ["gelu"] = new(1, g => [Draw(g, 2, 77, 96)], x => x[0].Gelu()),
        ["gelu in place"] = new(1, g => [Draw(g, 2, 77, 96)], x => x[0].Clone().GeluInPlace()),
        ["embedding"] = new(1, g => [Draw(g, 50, 96)], x => Functional.Embedding(x[0], Tensor.From(0L, 49, 7, 7))),
        ["sum"] = new(1, g => [Draw(g, 2, 77, 96)], x => x[0].Sum([1, 2])),
        ["mean"] = new(2, g => [Draw(g, 2, 77, 96)], x => x[0].Mean([1])),
        ["largest"] = new(1, g => [Draw(g, 2, 77, 96)], x => x[0].Amax([2])),
        ["cat of tokens"] = new(1, g => [Draw(g, 2, 30, 96), Draw(g, 2, 7, 96)], x => Tensor.Cat(x, 1)),
        ["gated"] = new(1, g => [Draw(g, 2, 77, 96), Draw(g, 2, 77, 1)], x => x[0] * x[1]),
        ["masked"] = new(1, g => [Draw(g, 2, 77, 96)], x => x[0].MaskedFill(x[0].Gt(0.5), -1)),
    };

    private static HalfCase Convolution(int kernel, int stride) => new(
        1,
        g => [Draw(g, 2, 64, 16, 16), Draw(g, 48, 64, kernel, kernel), Draw(g, 48)],
        x => Functional.Conv2d(x[0], x[1], x[2], stride, kernel / 2));

    private static HalfCase GroupNorm(double offset) => new(
        1,
        g => [Draw(g, 2, 64, 32, 32) + offset, Draw(g, 64), Draw(g, 64)],
        x => Functional.GroupNorm(x[0], 16, x[1], x[2], 1e-5));

    private static HalfCase Unary(int roundings, Func<Tensor, Tensor> run) => new(roundings, g => [Draw(g, 2, 64, 16, 16)], x => run(x[0]));

    private static HalfCase Binary(Func<Tensor, Tensor, Tensor> run) => new(1, g => [Draw(g, 2, 64, 16, 16), Draw(g, 2, 64, 16, 16)], x => run(x[0], x[1]));

    private static Tensor Written(Tensor scores)
    {
        scores.SoftmaxInto(scores, -1);
        return scores;
    }

    private static Tensor Draw(Generator generator, params long[] shape) => Tensor.Randn(shape, generator);
}
