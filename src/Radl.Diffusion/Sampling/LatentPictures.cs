using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Diffusion.Sampling;

/// <summary>From sampled latents to pixels.</summary>
public static class LatentPictures
{
    /// <summary>Decodes and brings to the range of a picture: clamp(vae(z / scaling factor) / 2 + 0.5, 0, 1).</summary>
    /// <param name="vae">The decoder.</param>
    /// <param name="latents">Sampled latents, [images, channels, h, w].</param>
    /// <param name="tiling">Decodes in tiles; null as a whole.</param>
    /// <returns>[images, 3, 8h, 8w] in 0..1, fp32 on the CPU; the caller's scope owns it.</returns>
    public static Tensor Decode(AutoencoderKl vae, Tensor latents, VaeTiling? tiling = null)
    {
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        return scope.Return(ToPictures(tiling is null ? vae.Decode(latents / vae.Config.ScalingFactor) : tiling.Decode(vae, latents / vae.Config.ScalingFactor)));
    }

    /// <summary>The VAE's output in -1..1 as a picture in 0..1, fp32 on the CPU.</summary>
    public static Tensor ToPictures(Tensor decoded)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        using var scope = TensorScope.Enter();
        return scope.Return(((decoded.To(DType.Float32).To(Device.Cpu) / 2) + 0.5).Clamp(0, 1));
    }

    /// <summary>Rounds a picture to bytes (half to even).</summary>
    /// <param name="pictures">[images, 3, height, width] in 0..1.</param>
    /// <returns>[images, height, width, 3] uint8, contiguous on the CPU; the caller's scope owns it.</returns>
    public static Tensor ToBytes(Tensor pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        using var scope = TensorScope.Enter();
        return scope.Return((pictures * 255).Round().Permute(0, 2, 3, 1).To(DType.UInt8).To(Device.Cpu).Contiguous());
    }
}
