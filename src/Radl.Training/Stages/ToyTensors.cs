using Radl.Diffusion.Imaging;
using Radl.Diffusion.Sampling;
using Radl.Torch;
using Radl.Toybox.Drawing;
using Radl.Toybox.World;

namespace Radl.Training.Stages;

/// <summary>Drawn scenes as tensors.</summary>
public static class ToyTensors
{
    /// <summary>Seed of scenes that are never trained on.</summary>
    public const ulong HeldOutSeed = 0x48454C44;

    /// <summary>Draws scenes: fp32 [count, 3, size, size] in [-1, 1], channels-last.</summary>
    public static Tensor Images(Func<ulong, long, ToyScene> sample, ulong seed, long first, int count, int size)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var pixels = new byte[count * size * size * 3];
        for (int i = 0; i < count; i++)
        {
            ToyRenderer.Render(sample(seed, first + i), size, pixels.AsSpan(i * size * size * 3, size * size * 3));
        }
        return FromPixels(pixels, count, size, size);
    }

    /// <summary>RGB bytes [count, h, w, 3] as fp32 [count, 3, h, w] in [-1, 1], channels-last.</summary>
    public static Tensor FromPixels(byte[] pixels, int count, int height, int width)
    {
        using var scope = TensorScope.Enter();
        Tensor bytes = Tensor.From<byte>(pixels, count, height, width, 3);
        return scope.Return((bytes.To(DType.Float32) / 127.5 - 1).Permute(0, 3, 1, 2));
    }

    /// <summary>Images [-1, 1] as RGB bytes [count, h, w, 3]: clamp(x / 2 + 0.5) * 255, rounded half to even.</summary>
    public static byte[] ToPixels(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = TensorScope.Enter();
        return LatentPictures.ToBytes(LatentPictures.ToPictures(images)).ToArray<byte>();
    }

    /// <summary>Writes images as a grid.</summary>
    public static void WriteGrid(string path, Tensor images, int columns)
    {
        ArgumentNullException.ThrowIfNull(images);
        byte[] pixels = ToPixels(images);
        int height = (int)images.Size(2);
        int width = (int)images.Size(3);
        int size = height * width * 3;
        RgbImage[] tiles = Enumerable.Range(0, pixels.Length / size).Select(i => new RgbImage(width, height, pixels[(i * size)..((i + 1) * size)])).ToArray();
        PngWriter.Write(path, ImageGrid.Tile(tiles, columns, gap: 2));
    }

    /// <summary><c>bf16</c> or <c>fp32</c> as an element type.</summary>
    public static DType Parse(string dtype) => dtype == "bf16" ? DType.BFloat16 : DType.Float32;
}
