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

    private readonly double[,] _map; // [channels + 1, 3]; the last row is the constant.

    private LatentPreview(double[,] map) => _map = map;

    /// <summary>Fits the map of a VAE.</summary>
    /// <param name="vae">The decoder.</param>
    /// <param name="device">Where it computes.</param>
    public static LatentPreview Fit(AutoencoderKl vae, Device device)
    {
        ArgumentNullException.ThrowIfNull(vae);
        int channels = vae.Config.LatentChannels;
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        float[] latents = RandomLatents(channels, device);
        Tensor pictures = LatentPictures.Decode(vae, Tensor.From<float>(latents, Samples, channels, Side, Side).To(device));
        float[] pixels = pictures.ToArray<float>();
        var normal = new double[channels + 1, channels + 1];
        var right = new double[channels + 1, 3];
        var row = new double[channels + 1];
        for (int sample = 0; sample < Samples; sample++)
        {
            for (int cell = 0; cell < Side * Side; cell++)
            {
                for (int c = 0; c < channels; c++)
                {
                    row[c] = latents[(((sample * channels) + c) * Side * Side) + cell];
                }
                row[channels] = 1;
                for (int i = 0; i <= channels; i++)
                {
                    for (int j = 0; j <= channels; j++)
                    {
                        normal[i, j] += row[i] * row[j];
                    }
                    for (int c = 0; c < 3; c++)
                    {
                        right[i, c] += row[i] * MeanOf(pixels, sample, c, cell, vae.Config.Factor);
                    }
                }
            }
        }
        for (int i = 0; i <= channels; i++)
        {
            normal[i, i] += Ridge;
        }
        return new LatentPreview(LinearSystem.Solve(normal, right));
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
                double sum = _map[channels, colour];
                for (int c = 0; c < channels; c++)
                {
                    sum += _map[c, colour] * values[(c * area) + cell];
                }
                planes[(colour * area) + cell] = (float)sum;
            }
        }
        return RgbImage.FromPlanes(planes, width, height);
    }

    // Noise alone never looks like anything to a decoder; blocks of one latent are what flat regions of pictures are made of.
    private static float[] RandomLatents(int channels, Device device)
    {
        using var scope = TensorScope.Enter();
        var result = new float[Samples * channels * Side * Side];
        for (int sample = 0; sample < Samples; sample++)
        {
            int coarse = 2 << (sample % 3); // 2, 4 or 8 blocks a side
            using var noise = new LatentNoise([(ulong)sample], channels, coarse, coarse, device);
            float[] blocks = noise.Draw().To(Device.Cpu).ToArray<float>();
            for (int c = 0; c < channels; c++)
            {
                for (int cell = 0; cell < Side * Side; cell++)
                {
                    (int y, int x) = (cell / Side * coarse / Side, cell % Side * coarse / Side);
                    result[(((sample * channels) + c) * Side * Side) + cell] = blocks[(((c * coarse) + y) * coarse) + x];
                }
            }
        }
        return result;
    }

    private static double MeanOf(float[] pixels, int sample, int channel, int cell, int factor)
    {
        int width = Side * factor;
        int first = ((((sample * 3) + channel) * width) + (cell / Side * factor)) * width + (cell % Side * factor);
        double sum = 0;
        for (int y = 0; y < factor; y++)
        {
            for (int x = 0; x < factor; x++)
            {
                sum += pixels[first + (y * width) + x];
            }
        }
        return sum / (factor * factor);
    }
}
