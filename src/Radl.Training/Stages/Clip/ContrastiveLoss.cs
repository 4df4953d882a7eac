using Radl.Torch;

namespace Radl.Training.Stages.Clip;

/// <summary>The symmetric InfoNCE loss of CLIP, where another picture of the same text does not count as a wrong one.</summary>
public static class ContrastiveLoss
{
    /// <summary>Mean of picture-to-text and text-to-picture cross entropy.</summary>
    /// <param name="pictures">[n, d], of length 1.</param>
    /// <param name="texts">[m, d], of length 1, m at least n: text i belongs to picture i; those from n on belong to none and are wrong for all.</param>
    /// <param name="scale">Scalar that cosines are multiplied by.</param>
    /// <param name="words">The m texts: equal words never compete with each other.</param>
    /// <returns>The loss, and the share of pictures whose own text is the nearest; scalars.</returns>
    public static (Tensor Loss, Tensor Accuracy) Of(Tensor pictures, Tensor texts, Tensor scale, IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(words);
        int count = (int)pictures.Size(0);
        if (texts.Size(0) != words.Count || words.Count < count)
        {
            throw new ArgumentException($"{words.Count} words for {texts.Size(0)} texts and {count} pictures", nameof(words));
        }
        using var scope = TensorScope.Enter();
        Tensor same = Repeats(words, count).To(pictures.Device);
        Tensor logits = (pictures.MatMul(texts.Transpose(0, 1)) * scale).MaskedFill(same, double.NegativeInfinity);
        Tensor own = Tensor.Arange(0, count).To(pictures.Device);
        Tensor toText = logits.LogSoftmax(1).Gather(1, own.Unsqueeze(1)).Mean();
        Tensor toPicture = logits.Narrow(1, 0, count).LogSoftmax(0).Gather(1, own.Unsqueeze(1)).Mean();
        Tensor accuracy = logits.Detach().Argmax(1).Eq(own).To(DType.Float32).Mean();
        return scope.Return((toText + toPicture) * -0.5, accuracy);
    }

    // [pictures, texts]: whether a text is another copy of the picture's own.
    private static Tensor Repeats(IReadOnlyList<string> words, int pictures)
    {
        var same = new bool[pictures * words.Count];
        for (int i = 0; i < pictures; i++)
        {
            for (int j = 0; j < words.Count; j++)
            {
                same[(i * words.Count) + j] = i != j && words[i] == words[j];
            }
        }
        return Tensor.From<bool>(same, pictures, words.Count);
    }
}
