using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Clip;

/// <summary>Pictures of a fixed number of scenes as the codec gives them back, with a little noise on the latents; each is made when first asked for.</summary>
/// <remarks>
/// Always made in the same blocks, whoever asks for what: a picture is a pure function of its index. Safe for several threads.
/// </remarks>
public sealed class CodecPictures
{
    /// <summary>Side of the pictures.</summary>
    public const int Side = 128;

    private const int Block = 8;
    private const int PictureBytes = Side * Side * 3;
    private const ulong NoiseStream = 0x434F4445;

    private readonly AutoencoderKl _vae;
    private readonly Func<ulong, long, ToyScene> _sample;
    private readonly ulong _seed;
    private readonly double _noise;
    private readonly byte[]?[] _blocks;

    /// <summary>Nothing is drawn yet; the codec stays the caller's.</summary>
    /// <param name="vae">Encodes and decodes.</param>
    /// <param name="sample">The scene of a seed and an index.</param>
    /// <param name="seed">Of scenes and noise.</param>
    /// <param name="count">Different scenes.</param>
    /// <param name="noise">Most noise, in standard deviations of the latents; each picture gets a uniform part of it.</param>
    public CodecPictures(AutoencoderKl vae, Func<ulong, long, ToyScene> sample, ulong seed, int count, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _vae = vae;
        _sample = sample;
        _seed = seed;
        _noise = noise;
        Count = count;
        _blocks = new byte[(count + Block - 1) / Block][];
    }

    /// <summary>Different scenes.</summary>
    public int Count { get; }

    /// <summary>The scene behind an index.</summary>
    public ToyScene Scene(int index) => _sample(_seed, index);

    /// <summary>The picture behind an index: [128, 128, 3] bytes.</summary>
    public ReadOnlySpan<byte> Picture(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int block = index / Block;
        byte[]? made = Volatile.Read(ref _blocks[block]);
        if (made is null)
        {
            made = Make(block);
            Volatile.Write(ref _blocks[block], made);
        }
        return made.AsSpan(index % Block * PictureBytes, PictureBytes);
    }

    private byte[] Make(int block)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor images = ToyTensors.Images(_sample, _seed, (long)block * Block, Block, Side).To(_vae.Parameters["quant_conv.bias"].Device, _vae.DType);
        Tensor latents = _vae.Encode(images).Mean;
        if (_noise > 0)
        {
            var random = new ToyRandom(_seed ^ NoiseStream, (ulong)block);
            using var generator = new Generator(random.Next());
            double deviation = _noise / _vae.Config.ScalingFactor;
            float[] amounts = [.. Enumerable.Range(0, Block).Select(_ => (float)(random.NextFloat() * deviation))];
            Tensor noise = Tensor.Randn(latents.Shape, generator) * Tensor.From(amounts).Reshape(Block, 1, 1, 1);
            latents += noise.To(latents.Device, latents.DType);
        }
        return ToyTensors.ToPixels(_vae.Decode(latents));
    }
}
