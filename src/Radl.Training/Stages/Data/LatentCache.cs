using System.Security.Cryptography;
using System.Text;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Torch.Safetensors;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Data;

/// <summary>Latents of a fixed number of drawn scenes: each is drawn and encoded when first asked for, then comes from memory.</summary>
/// <remarks>
/// Safe for several threads that ask for different scenes; two that ask for the same one write the same numbers. Disposal stores
/// what was encoded, so that a resumed run, and the next stage on the same data, need not encode again.
/// </remarks>
public sealed class LatentCache : IDisposable
{
    private const int EncodeBatch = 16;

    private readonly AutoencoderKl _vae;
    private readonly Func<ulong, long, ToyScene> _sample;
    private readonly ulong _seed;
    private readonly int _pixels;
    private readonly int _rows;
    private readonly Tensor _latents;
    private readonly bool[] _encoded;
    private readonly string _file;
    private bool _grew;

    /// <summary>Takes up what an earlier cache of the same data and codec has stored; the codec stays the caller's.</summary>
    /// <param name="folder">Where caches are stored; made when missing.</param>
    /// <param name="identity">Names data and codec: another one never shares a file.</param>
    /// <param name="vae">Encodes; the means are kept, scaled to about unit variance.</param>
    /// <param name="sample">The scene of a seed and an index.</param>
    /// <param name="seed">Of the scenes.</param>
    /// <param name="count">Different scenes; higher indices begin again.</param>
    /// <param name="pixels">Side of the drawn pictures.</param>
    /// <param name="rows">Rows of pixels that are kept, around the middle; 0 keeps all.</param>
    public LatentCache(string folder, string identity, AutoencoderKl vae, Func<ulong, long, ToyScene> sample, ulong seed, int count, int pixels, int rows = 0)
    {
        ArgumentNullException.ThrowIfNull(vae);
        _vae = vae;
        _sample = sample;
        _seed = seed;
        _pixels = pixels;
        _rows = rows == 0 ? pixels : rows;
        _latents = Tensor.Empty([count, vae.Config.LatentChannels, _rows / vae.Config.Factor, pixels / vae.Config.Factor], DType.BFloat16).Keep();
        _encoded = new bool[count];
        Directory.CreateDirectory(folder);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{identity} {seed} {count} {pixels}"))))[..16];
        _file = Path.Combine(folder, $"latents-{hash}.safetensors");
        if (File.Exists(_file))
        {
            using var scope = TensorScope.Enter();
            using SafetensorsFile stored = SafetensorsFile.Open(_file);
            _latents.CopyFrom(stored.Load("latents"));
            stored.Load("encoded").Span<bool>().CopyTo(_encoded);
        }
    }

    /// <summary>The part of the pictures' height, around the middle, that the latents show.</summary>
    public double RowShare => (double)_rows / _pixels;

    /// <summary>The scene behind an index.</summary>
    public ToyScene Scene(long index) => _sample(_seed, index % _encoded.Length);

    /// <summary>Scaled latents of consecutive indices, fp32 [count, channels, h, w]; the current scope owns them.</summary>
    public Tensor Get(long first, int count) => Get([.. Enumerable.Range(0, count).Select(i => first + i)]);

    /// <summary>Scaled latents of chosen indices, fp32 [indices, channels, h, w]; the current scope owns them.</summary>
    public Tensor Get(IReadOnlyList<long> indices)
    {
        long[] rows = indices.Select(index => index % _encoded.Length).ToArray();
        foreach (long[] missing in rows.Where(row => !_encoded[row]).Distinct().Chunk(EncodeBatch))
        {
            Encode(missing);
        }
        using var scope = TensorScope.Enter();
        return scope.Return(_latents.IndexSelect(0, Tensor.From(rows)).To(DType.Float32));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_grew)
        {
            using var scope = TensorScope.Enter();
            SafetensorsTensors.Save(_file, [new("latents", _latents), new("encoded", Tensor.From(_encoded))]);
        }
        _latents.Dispose();
    }

    /// <summary>Names a codec by the bytes of its encoder: another decoder leaves latents as they are.</summary>
    public static string IdentityOf(string model)
    {
        using SafetensorsFile file = SafetensorsFile.Open(ModelFiles.VaeWeights(model));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (SafetensorsEntry entry in file.Tensors.Values.Where(entry => VaeParts.IsEncoder(entry.Name)).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(entry.Name));
            hash.AppendData(file.Bytes(entry));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Encode(long[] rows)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor images = ToyTensors.Images((_, i) => Scene(rows[i]), _seed, 0, rows.Length, _pixels).Narrow(2, (_pixels - _rows) / 2, _rows);
        Tensor means = _vae.Encode(images.To(_vae.Parameters["quant_conv.bias"].Device, _vae.DType)).Mean * _vae.Config.ScalingFactor;
        for (int i = 0; i < rows.Length; i++)
        {
            _latents.Select(0, rows[i]).CopyFrom(means.Select(0, i));
            Volatile.Write(ref _encoded[rows[i]], true);
            _grew = true;
        }
    }
}
