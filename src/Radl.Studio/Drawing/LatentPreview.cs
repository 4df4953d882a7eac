using Radl.Diffusion.Imaging;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Studio.Drawing;

/// <summary>
/// A linear map from a latent pixel to a colour, fitted by least squares to what the decoder makes of random latents. A preview then
/// costs microseconds instead of a pass of the decoder.
/// </summary>
/// <remarks>Its picture has the latents' size: an eighth of the real one's side.</remarks>
public sealed class LatentPreview
{
    private const int Samples = 12;
    private const int Side = 16;
    private const double Ridge = 1e-3;

    private static readonly Op SolveOp = Op.Find("aten::linalg_solve");

    private readonly double[] _map; // [channels + 1, 3]; the last row is the constant.

    private LatentPreview(double[] map) => _map = map;

    /// <summary>Fits the map of a VAE.</summary>
    /// <param name="vae">The decoder.</param>
    /// <param name="device">Where it computes.</param>
    public static LatentPreview Fit(AutoencoderKl vae, Device device)
    {
        ArgumentNullException.ThrowIfNull(vae);
        int channels = vae.Config.LatentChannels;
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor latents = RandomLatents(channels, device);
        Tensor colours = Functional.AveragePool(LatentPictures.Decode(vae, latents), Side, Side);
        Tensor known = Cells(latents);
        known = Tensor.Cat([known, Tensor.Ones([known.Size(0), 1], DType.Float64)], 1);
        Tensor transposed = known.Transpose(0, 1);
        Tensor ridge = Tensor.From<double>([.. Enumerable.Range(0, (channels + 1) * (channels + 1)).Select(i => i % (channels + 2) == 0 ? Ridge : 0)], channels + 1, channels + 1);
        return new LatentPreview(SolveOp.Call(transposed.MatMul(known) + ridge, transposed.MatMul(Cells(colours)), true).ToArray<double>());
    }

    /// <summary>How latents look.</summary>
    /// <param name="latents">[1, channels, h, w] on the sampler's scale.</param>
    public RgbImage Show(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = TensorScope.Enter();
        (int channels, int height, int width) = ((int)latents.Size(1), (int)latents.Size(2), (int)latents.Size(3));
        float[] values = latents.To(DType.Float32).To(Device.Cpu).Contiguous().ToArray<float>();
        int area = height * width;
        var planes = new float[3 * area];
        for (int cell = 0; cell < area; cell++)
        {
            for (int colour = 0; colour < 3; colour++)
            {
                double sum = _map[(channels * 3) + colour];
                for (int c = 0; c < channels; c++)
                {
                    sum += _map[(c * 3) + colour] * values[(c * area) + cell];
                }
                planes[(colour * area) + cell] = (float)sum;
            }
        }
        return RgbImage.FromPlanes(planes, width, height);
    }

    // Noise alone never looks like anything to a decoder; blocks of one latent are what flat regions of pictures are made of.
    private static Tensor RandomLatents(int channels, Device device) => Tensor.Cat(
        [.. Enumerable.Range(0, Samples).Select(sample =>
        {
            int coarse = 2 << (sample % 3); // 2, 4 or 8 blocks a side
            using var noise = new LatentNoise([(ulong)sample], channels, coarse, coarse, device);
            return Functional.InterpolateNearest(noise.Draw(), Side, Side);
        })],
        0);

    // [samples, channels, side, side] to [cells, channels], on the host in double precision.
    private static Tensor Cells(Tensor planes) => planes.To(Device.Cpu, DType.Float64).Permute(0, 2, 3, 1).Reshape(-1, planes.Size(1));
}
