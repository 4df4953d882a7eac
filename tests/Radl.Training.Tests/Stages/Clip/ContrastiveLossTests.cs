using Radl.Torch;
using Radl.Training.Stages.Clip;

namespace Radl.Training.Tests.Stages.Clip;

public sealed class ContrastiveLossTests : TensorTest
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 10)]
    public void Pictures_that_match_orthogonal_texts_lose_what_the_softmax_leaves(int count, double scale)
    {
        using var scope = TensorScope.Enter();
        Tensor unit = Identity(count);
        (Tensor loss, Tensor accuracy) = ContrastiveLoss.Of(unit, unit, Tensor.Full([], scale), [.. Enumerable.Range(0, count).Select(i => $"{i}")]);
        Assert.Equal(Math.Log(1 + ((count - 1) * Math.Exp(-scale))), loss.Item(), 1e-6);
        Assert.Equal(1, accuracy.Item());
    }

    [Fact]
    public void Two_pictures_of_one_text_do_not_compete()
    {
        using var scope = TensorScope.Enter();
        Tensor same = Tensor.From<float>([1, 0, 1, 0], 2, 2);
        Assert.Equal(0, ContrastiveLoss.Of(same, same, Tensor.Full([], 5), ["a fish", "a fish"]).Loss.Item(), 1e-6);
        Assert.Equal(Math.Log(2), ContrastiveLoss.Of(same, same, Tensor.Full([], 5), ["a fish", "a car"]).Loss.Item(), 1e-6);
    }

    [Fact]
    public void A_text_without_a_picture_counts_only_as_a_wrong_text()
    {
        using var scope = TensorScope.Enter();
        Tensor pictures = Identity(2);
        Tensor texts = Tensor.Cat([pictures, Tensor.From<float>([0.6f, 0.8f], 1, 2)], 0);
        double loss = ContrastiveLoss.Of(pictures, texts, Tensor.Full([], 1), ["a", "b", "c"]).Loss.Item();
        double toText = (Math.Log(Math.Exp(1) + 1 + Math.Exp(0.6)) + Math.Log(Math.Exp(1) + 1 + Math.Exp(0.8)) - 2) / 2;
        double toPicture = Math.Log(1 + Math.Exp(-1));
        Assert.Equal((toText + toPicture) / 2, loss, 1e-6);
    }

    [Fact]
    public void A_picture_nearer_to_another_text_is_a_miss()
    {
        using var scope = TensorScope.Enter();
        Tensor texts = Identity(2);
        Tensor pictures = Tensor.From<float>([1, 0, 0.8f, 0.6f], 2, 2);
        Assert.Equal(0.5, ContrastiveLoss.Of(pictures, texts, Tensor.Full([], 1), ["a", "b"]).Accuracy.Item());
    }

    private static Tensor Identity(int count) =>
        Tensor.From<float>([.. Enumerable.Range(0, count * count).Select(i => i % (count + 1) == 0 ? 1f : 0f)], count, count);
}
