using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Attention;

public sealed class TokenMergingTests : TensorTest
{
    [Theory]
    [InlineData(4, 4, 0.5, 8)]
    [InlineData(4, 4, 0.75, 4)]
    [InlineData(6, 4, 0.25, 18)]
    [InlineData(5, 7, 0.5, 18)] // of 35; the last row and column are in no cell
    [InlineData(3, 3, 0.75, 3)] // one destination; 6 of the 8 others go
    public void A_share_of_the_tokens_is_left(int height, int width, double ratio, long kept)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(1);
        using var merging = new TokenMerging(ratio);
        Tensor tokens = Tensor.Randn([2, height * width, 6], generator);
        MergedTokens plan = merging.Plan(tokens, height, width);
        Assert.Equal(kept, plan.Kept);
        Assert.Equal([2, kept, 6], plan.Merge(tokens).Shape);
        Assert.Equal(tokens.Shape, plan.Spread(plan.Merge(tokens)).Shape);
    }

    [Fact]
    public void Equal_tokens_merge_and_spread_to_themselves()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(1);
        using var merging = new TokenMerging(0.75);
        // Each 2x2 cell holds one token four times, and no other cell the same.
        Tensor cells = Tensor.Randn([2, 3, 3, 16], generator);
        Tensor tokens = cells.RepeatInterleave(2, 1).RepeatInterleave(2, 2).Reshape(2, 36, 16);
        MergedTokens plan = merging.Plan(tokens, 6, 6);
        Assert.Equal(9, plan.Kept);
        Assert.InRange(plan.Spread(plan.Merge(tokens)).MaxDifference(tokens), 0, 1e-6);
    }

    [Fact]
    public void What_is_left_is_the_mean_of_what_was_merged_into_it()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(1);
        using var merging = new TokenMerging(0.5);
        Tensor tokens = Tensor.Randn([1, 16, 5], generator);
        MergedTokens plan = merging.Plan(tokens, 4, 4);
        // Merging keeps the sum over tokens where every kept row is weighted by how many it stands for.
        float[] counts = plan.Spread(Tensor.Arange(0, plan.Kept, dtype: DType.Float32).Reshape(1, plan.Kept, 1)).ToArray<float>();
        Tensor sizes = Tensor.From(Enumerable.Range(0, (int)plan.Kept).Select(row => (float)counts.Count(value => value == row)).ToArray()).Unsqueeze(1);
        Assert.InRange((plan.Merge(tokens).Select(0, 0) * sizes).Sum([0]).MaxDifference(tokens.Select(0, 0).Sum([0])), 0, 1e-5);
        Assert.All(sizes.ToArray<float>(), size => Assert.True(size >= 1));
    }

    [Fact]
    public void The_most_alike_go_first()
    {
        using var scope = TensorScope.Enter();
        using var merging = new TokenMerging(0.25);
        // A 2x2 grid of one cell: one token is a destination, one of the three others equals it in direction.
        foreach (int same in Enumerable.Range(0, 4))
        {
            float[] angles = [0, 0.5f, 1f, 1.5f];
            Tensor tokens = Tensor.From<float>([.. angles.SelectMany(angle => new[] { MathF.Cos(angle + same), MathF.Sin(angle + same) })], 1, 4, 2);
            MergedTokens plan = merging.Plan(tokens, 2, 2);
            Assert.Equal(3, plan.Kept);
            float[] rows = plan.Spread(Tensor.Arange(0, 3, dtype: DType.Float32).Reshape(1, 3, 1)).ToArray<float>();
            int[] pair = [.. Enumerable.Range(0, 4).Where(token => rows.Count(row => row == rows[token]) == 2)];
            Assert.Equal(2, pair.Length);
            Assert.Equal(1, pair[1] - pair[0]); // neighbours in angle are the most alike
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.76)]
    [InlineData(double.NaN)]
    public void A_share_that_no_merging_has_is_refused(double ratio) => Assert.Throws<ArgumentOutOfRangeException>(() => new TokenMerging(ratio));
}
