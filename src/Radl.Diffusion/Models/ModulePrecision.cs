using Radl.Torch;

namespace Radl.Diffusion.Models;

/// <summary>What each part of a model computes in.</summary>
/// <remarks>
/// The U-Net, which runs in every step, takes the type that was asked for; what runs once per picture stays in fp32, so a fast
/// type costs no colour depth. Within the U-Net norms sum in fp32, softmax does so inside libtorch, time steps become
/// sinusoids in fp32, and latents and solver never leave fp32.
/// </remarks>
/// <param name="Unet">Type of the U-Net and of adapters.</param>
/// <param name="UnetFormat">Memory order of the U-Net's convolutions.</param>
/// <param name="TextEncoder">Type of the text encoder.</param>
/// <param name="Vae">Type of the VAE, whose convolutions lie channels-first.</param>
public sealed record ModulePrecision(DType Unet, MemoryFormat UnetFormat, DType TextEncoder, DType Vae)
{
    /// <summary>The parts' types for a type that was asked for.</summary>
    /// <param name="dtype">See <see cref="Precision.Parse"/>.</param>
    public static ModulePrecision For(DType dtype) => new(
        dtype,
        // Convolutions in a half type are fastest channels-last, in fp32 on the CPU channels-first.
        dtype.IsHalf() ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous,
        DType.Float32,
        DType.Float32);
}
