using Radl.Diffusion.TextEncoder;
using Radl.Layout.Methods;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>A scene of any number of instances, side by side in rows, that together cover two thirds of the picture.</summary>
internal static class BenchScene
{
    // Share of a cell's side on each side of the box.
    private const double Margin = 0.1;

    /// <summary>Boxes in rows, as nearly square as their number allows.</summary>
    public static IReadOnlyList<NormalizedBox> Boxes(int count)
    {
        int columns = (int)Math.Ceiling(Math.Sqrt(count));
        int rows = (count + columns - 1) / columns;
        return [.. Enumerable.Range(0, count).Select(i => Box(i % columns, i / columns))];

        NormalizedBox Box(int column, int row) => new(
            (column + Margin) / columns, (row + Margin) / rows, (column + 1 - Margin) / columns, (row + 1 - Margin) / rows);
    }

    /// <summary>What an adapter is told, with random texts; the current scope owns the tensors.</summary>
    /// <param name="count">Instances.</param>
    /// <param name="prompts">Hidden states of the negative prompt and the prompt, [2, tokens, width].</param>
    /// <param name="side">Of the picture, in pixels.</param>
    /// <param name="factor">Pixels a side of one latent.</param>
    /// <param name="needs">Of the method.</param>
    /// <param name="generator">Gives the texts.</param>
    public static LayoutConditions Conditions(int count, Tensor prompts, int side, int factor, MethodNeeds needs, Generator generator)
    {
        SceneInstance[] instances = [.. Boxes(count).Select((box, i) => new SceneInstance { Label = FormattableString.Invariant($"thing {i}"), Box = box })];
        MaskReduction reduction = needs.Masks == MaskResize.Area ? MaskReduction.Area : MaskReduction.Bilinear;
        RegionMasks masks = RegionMasks.Of(instances, side, side, factor, reduction);
        long tokens = prompts.Size(1);
        long width = prompts.Size(2);
        return new LayoutConditions
        {
            Counts = [count],
            Negative = prompts.Narrow(0, 0, 1),
            Prompts = prompts.Narrow(0, 1, 1),
            Labels = Random(count, tokens, width),
            Pooled = Random(count, width),
            Verbs = Random(1, tokens - 1, width),
            HasVerbs = [true],
            Boxes = [.. instances.Select(instance => new LayoutBox(instance.Box.X1, instance.Box.Y1, instance.Box.X2, instance.Box.Y2))],
            Masks = Tensor.From<float>(masks.Instances, masks.Count, masks.Height, masks.Width),
            Background = Tensor.From<float>(masks.Background, 1, masks.Height, masks.Width),
            Places = [.. Enumerable.Range(0, count).Select(i => 1 + (i % ((int)tokens - 2))).Select(token => new PromptPlace([token], token))],
        };

        Tensor Random(params long[] shape) => Tensor.Randn(shape, generator).To(prompts.Device, prompts.DType);
    }

    /// <summary>Token ids of texts that end at the last position, int64 [texts, positions].</summary>
    public static Tensor TokenIds(ClipTextConfig config, int texts, Generator generator)
    {
        int tokens = config.MaxPositionEmbeddings;
        Tensor words = Tensor.RandInt(0, config.VocabSize - 1, [texts, tokens - 1], generator);
        return Tensor.Cat([words, Tensor.Full([texts, 1], config.VocabSize - 1, DType.Int64)], 1);
    }
}
