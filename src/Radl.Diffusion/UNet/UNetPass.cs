using Radl.Diffusion.Attention;
using Radl.Torch;

namespace Radl.Diffusion.UNet;

/// <summary>What every block of one forward pass shares.</summary>
/// <param name="TimeEmbedding">[batch, 4 * first width], after SiLU: each ResNet block projects it.</param>
/// <param name="Text">Keys and values of the prompt at every site.</param>
/// <param name="Control">Takes over attention sites, or null.</param>
/// <param name="Observe">Told every module's name and output, or null.</param>
/// <param name="Options">What is traded for what.</param>
/// <param name="Height">Rows of the latents.</param>
/// <param name="Width">Columns of the latents.</param>
internal sealed record UNetPass(
    Tensor TimeEmbedding, TextContext Text, IAttentionControl? Control, Action<string, Tensor>? Observe, UNetOptions Options, long Height, long Width)
{
    /// <summary>The merging of tokens on a grid, or null: only the latents' own grid has enough of them to pay.</summary>
    public TokenMerging? MergingAt(int height, int width) => height == Height && width == Width ? Options.Merging : null;

    /// <summary>A piece of the model, checkpointed where that is wanted.</summary>
    public Tensor Run(Func<Tensor[], Tensor> piece, params Tensor[] inputs) => Options.Checkpoint ? GradientCheckpoint.Run(piece, inputs) : piece(inputs);
}
