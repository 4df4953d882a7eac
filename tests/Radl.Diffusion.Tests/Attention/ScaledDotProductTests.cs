using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Attention;

public sealed class ScaledDotProductTests : TensorTest
{
    [Fact]
    public void Many_pairs_in_blocks_and_together_give_what_the_formula_gives()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(5);
        foreach ((long n, long m) in ((long, long)[])[(1500, 900), (3, 500_000), (700_000, 2)])
        {
            Tensor queries = Tensor.Randn([1, 4, n, 2], generator);
            Tensor keys = Tensor.Randn([1, 4, m, 2], generator);
            Tensor values = Tensor.Randn([1, 4, m, 2], generator);
            Tensor expected = (queries.To(DType.Float64).MatMul(keys.To(DType.Float64).Transpose(2, 3)) / Math.Sqrt(2)).Softmax(-1).MatMul(values.To(DType.Float64));
            keys = ScaledDotProduct.Prescale(keys, 2);
            // Half a million terms are added up in fp32.
            Assert.InRange(ScaledDotProduct.AttendPrescaled(queries, keys, values).MaxDifference(expected), 0, 2e-6);
            Assert.InRange(ScaledDotProduct.AttendManyPrescaled(queries, keys, values).MaxDifference(expected), 0, 2e-6);
        }
    }

    [Theory]
    [InlineData(1, 2, 1024, 1024, 1)]
    [InlineData(2, 2, 1100, 1030, 2)]
    [InlineData(2, 1, 1025, 1024, 1)]
    [InlineData(2, 2, 9, 5, 1)]
    public void Attention_in_blocks_gives_what_the_formula_gives(int batch, int heads, int queries, int keys, int keyBatch)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(4);
        Tensor q = Tensor.Randn([batch, heads, queries, 8], generator);
        Tensor k = Tensor.Randn([keyBatch, heads, keys, 8], generator);
        Tensor v = Tensor.Randn([keyBatch, heads, keys, 8], generator);
        Tensor actual = ScaledDotProduct.Attend(q, k, v);
        Tensor scores = q.To(DType.Float64).MatMul(k.To(DType.Float64).Transpose(2, 3)) / Math.Sqrt(8);
        Assert.InRange(actual.MaxDifference(scores.Softmax(-1).MatMul(v.To(DType.Float64))), 0, 2e-6);
    }

    // Blocks add exponentials up as they are; beyond e^88 there are none, and rows whose every score is below have no sum.
    [Theory]
    [InlineData(20, 0)]
    [InlineData(60, 0)]
    [InlineData(400, 0)]
    [InlineData(1, -300)]
    [InlineData(1, 300)]
    public void Attention_in_blocks_holds_for_scores_of_any_size(double largest, double offset)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(4);
        Tensor q = Tensor.Randn([1, 1, 1024, 8], generator);
        Tensor k = Tensor.Randn([1, 1, 1024, 8], generator);
        Tensor v = Tensor.Randn([1, 1, 1024, 8], generator);
        double factor = largest / q.MatMul(k.Transpose(2, 3)).Abs().Max().Item();
        // A ninth channel moves every score by the same.
        q = Tensor.Cat([q * factor, Tensor.Ones([1, 1, 1024, 1])], 3);
        k = Tensor.Cat([k, Tensor.Full([1, 1, 1024, 1], offset)], 3);
        v = Tensor.Cat([v, Tensor.Ones([1, 1, 1024, 1])], 3);
        Tensor expected = q.To(DType.Float64).MatMul(k.To(DType.Float64).Transpose(2, 3)).Softmax(-1).MatMul(v.To(DType.Float64));
        // The last bit of a score of 400 is 3e-5, of which eight products have some.
        q *= 3; // the attention divides by the root of nine channels
        Assert.InRange(ScaledDotProduct.Attend(q, k, v).MaxDifference(expected), 0, 1e-6 * Math.Max(largest + Math.Abs(offset), 2));
        Tensor half = ScaledDotProduct.Attend(q.To(DType.BFloat16), k.To(DType.BFloat16), v.To(DType.BFloat16));
        Assert.True(half.IsFinite().All().Item() > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    [InlineData(77)]
    [InlineData(96)]
    public void A_bound_context_of_any_length_gives_what_the_formula_gives(int keys)
    {
        // Scores reach 30, whose last bit is 2e-6.
        const double Tolerance = 6e-6;
        using var scope = TensorScope.Enter();
        using var generator = new Generator(4);
        Tensor q = Tensor.Randn([2, 2, 9, 8], generator) * 3;
        Tensor k = Tensor.Randn([2, 2, keys, 8], generator) * 3;
        Tensor v = Tensor.Randn([2, 2, keys, 8], generator);
        Tensor probabilities = (q.To(DType.Float64).MatMul(k.To(DType.Float64).Transpose(2, 3)) / Math.Sqrt(8)).Softmax(-1);
        Tensor expected = probabilities.MatMul(v.To(DType.Float64));
        KeysValues bound = KeysValues.Of(k, v);
        Assert.InRange(bound.Attend(q).MaxDifference(expected), 0, Tolerance);
        (Tensor attended, Tensor shares) = bound.AttendWithProbabilities(q);
        Assert.InRange(attended.MaxDifference(expected), 0, Tolerance);
        Assert.InRange(shares.MaxDifference(probabilities), 0, Tolerance);
    }

    // Which kernel is taken depends on how libtorch was built; the numbers must not.
    [Theory]
    [InlineData(1, 77)]
    [InlineData(1024, 1024)]
    public void Attention_in_half_precision_gives_what_the_formula_gives(int queries, int keys)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(4);
        Tensor q = Tensor.Randn([1, 2, queries, 16], generator).To(DType.BFloat16);
        Tensor k = Tensor.Randn([1, 2, keys, 16], generator).To(DType.BFloat16);
        Tensor v = Tensor.Randn([1, 2, keys, 16], generator).To(DType.BFloat16);
        Tensor scores = q.To(DType.Float64).MatMul(k.To(DType.Float64).Transpose(2, 3)) / 4;
        Tensor expected = scores.Softmax(-1).MatMul(v.To(DType.Float64));
        Assert.InRange(ScaledDotProduct.Attend(q, k, v).MaxDifference(expected), 0, 0.02);
        Assert.InRange(KeysValues.Of(k, v).Attend(q).MaxDifference(expected), 0, 0.02);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(160)]
    public void A_mask_in_half_precision_closes_what_it_closes_however_it_lies(int headWidth)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(4);
        Tensor q = Tensor.Randn([2, 2, 9, headWidth], generator).To(DType.BFloat16);
        Tensor k = Tensor.Randn([2, 2, 12, headWidth], generator).To(DType.BFloat16);
        Tensor v = Tensor.Randn([2, 2, 12, headWidth], generator).To(DType.BFloat16);
        Tensor mask = Tensor.Zeros([2, 1, 9, 12]);
        mask.Narrow(3, 7, 5).FillInPlace(double.NegativeInfinity);
        mask.Narrow(2, 3, 1).Narrow(3, 1, 2).FillInPlace(double.NegativeInfinity);
        Tensor scores = (q.To(DType.Float64).MatMul(k.To(DType.Float64).Transpose(2, 3)) / Math.Sqrt(headWidth)) + mask.To(DType.Float64);
        Tensor expected = scores.Softmax(-1).MatMul(v.To(DType.Float64));
        Tensor half = mask.To(DType.BFloat16);
        Assert.InRange(ScaledDotProduct.Attend(q, k, v, half).MaxDifference(expected), 0, 0.03);
        Tensor scaled = ScaledDotProduct.Prescale(k, headWidth);
        Assert.InRange(ScaledDotProduct.AttendPrescaled(q, scaled, v, ScaledDotProduct.LayMask(half, headWidth)).MaxDifference(expected), 0, 0.03);
    }

    [Fact]
    public void Keys_and_values_that_are_trained_get_their_gradients_whatever_the_length()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(4);
        Tensor q = Tensor.Randn([1, 1, 1024, 4], generator);
        Tensor k = Tensor.Randn([1, 1, 1024, 4], generator);
        Tensor v = Tensor.Randn([1, 1, 1024, 4], generator);
        k.RequiresGrad = true;
        v.RequiresGrad = true;
        Tensor?[] gradients = Autograd.Gradients(ScaledDotProduct.Attend(q, k, v).Square().Sum(), [k, v]);
        Assert.All(gradients, gradient => Assert.True(gradient is not null && gradient.Abs().Max().Item() > 0));
    }

    [Fact]
    public void Splitting_and_joining_heads_are_inverse()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(4);
        Tensor tokens = Tensor.Randn([2, 5, 12], generator);
        Tensor split = ScaledDotProduct.SplitHeads(tokens, 3);
        Assert.Equal([2, 3, 5, 4], split.Shape);
        // Heads are consecutive blocks of channels.
        Assert.Equal(0, split.Select(1, 1).MaxDifference(tokens.Narrow(2, 4, 4)));
        Assert.Equal(0, ScaledDotProduct.JoinHeads(split).MaxDifference(tokens));
    }
}
