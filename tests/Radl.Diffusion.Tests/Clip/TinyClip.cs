using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Clip;

/// <summary>A real CLIP of a few hundred numbers, in fp64.</summary>
internal static class TinyClip
{
    public static ClipConfig Config { get; } = new()
    {
        ProjectionDim = 3,
        TextConfig = new ClipTextConfig { VocabSize = 12, HiddenSize = 4, IntermediateSize = 6, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 8 },
        VisionConfig = new ClipVisionConfig { HiddenSize = 4, IntermediateSize = 6, NumHiddenLayers = 2, NumAttentionHeads = 2, ImageSize = 6, PatchSize = 2 },
    };

    public static ClipModel Make(ulong seed = 1, string activation = "quick_gelu") => new(
        Weights.From(new FreshWeights(seed), DType.Float64),
        Config with { VisionConfig = Config.VisionConfig with { HiddenAct = activation } });

    /// <summary>Normal pictures, [count, 3, 6, 6].</summary>
    public static Tensor Pictures(int count, ulong seed = 2)
    {
        using var generator = new Generator(seed);
        return Tensor.Randn([count, 3, 6, 6], generator, DType.Float64);
    }
}
