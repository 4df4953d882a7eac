using Radl.Torch;

namespace Radl.Layout.Methods.Energy;

/// <summary>One move of the latents; its tensors are valid while the observer is called.</summary>
/// <param name="Call">Call of the run, from 0.</param>
/// <param name="Images">Images of the batch that took part.</param>
/// <param name="Energies">The energy of each of them before the move.</param>
/// <param name="Gradient">Of those energies with respect to the model's input, [images that took part, channels, h, w].</param>
/// <param name="Latents">After the move, all images: [images, channels, h, w].</param>
public sealed record GuidanceUpdate(int Call, IReadOnlyList<int> Images, IReadOnlyList<double> Energies, Tensor Gradient, Tensor Latents);
