using Radl.Diffusion.Attention;

namespace Radl.Diffusion.UNet;

/// <summary>What a pass through the U-Net may trade for what.</summary>
public sealed record UNetOptions
{
    /// <summary>Everything exact, nothing computed twice.</summary>
    public static UNetOptions Default { get; } = new();

    /// <summary>Merges tokens in the self-attention of the finest grid: faster, and another picture. Null merges none. The caller owns it.</summary>
    public TokenMerging? Merging { get; init; }

    /// <summary>
    /// Keeps, while autograd records, only the inputs of ResNet blocks, self-attention and feed-forward, and computes them again in the backward
    /// pass: less memory for a third more time, the same gradients. Text cross-attention is kept, so that controls may collect
    /// what it computes and losses may depend on that; an observer is not told of norms inside the rest. See <see cref="Torch.GradientCheckpoint"/> for what that means for gradients of parameters.
    /// </summary>
    public bool Checkpoint { get; init; }
}
