using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Attention;

/// <summary>What is folded into a context gives what the unfolded attention gives.</summary>
public sealed class FoldedContextTests : TensorTest
{
    [Theory]
    [InlineData(2, DType.Float32, 1e-5)]
    [InlineData(5, DType.Float32, 1e-5)]
    [InlineData(2, DType.BFloat16, 0.03)]
    [InlineData(5, DType.BFloat16, 0.03)]
    public void With_a_branch_it_attends_from_the_sum_of_both_parts(int tokens, DType dtype, double tolerance)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using Weights weights = Weights.From(new FreshWeights(1), dtype);
        using var generator = new Generator(2);
        var attention = new CrossAttention(weights, 16, 12, heads: 2);
        Tensor context = Tensor.Randn([3, tokens, 12], generator).To(dtype);
        Tensor x = Tensor.Randn([3, 7, 16], generator).To(dtype);
        Tensor g = Tensor.Randn([3, 7, 16], generator).To(dtype);
        Tensor weight = (Tensor.Randn([16, 16], generator) / 4).To(dtype);
        Tensor bias = Tensor.Randn([16], generator).To(dtype);
        Tensor sum = x + Functional.Linear(g, weight, bias);
        Tensor expected = attention.Forward(sum, attention.Bind(context));
        FoldedContext folded = attention.Fold(context);
        Assert.InRange(folded.Attend(sum).MaxDifference(expected), 0, tolerance);
        Assert.InRange(folded.WithBranch(weight, bias).Attend(Tensor.Cat([x, g], 2)).MaxDifference(expected), 0, tolerance);
    }
}
