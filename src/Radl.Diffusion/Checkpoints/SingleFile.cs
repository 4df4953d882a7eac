using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Diffusion.Checkpoints;

/// <summary>
/// A Stable Diffusion 1.x checkpoint in one file, as the original code and most community fine-tunes have it: safetensors or <c>.ckpt</c>, any float
/// type, with or without averaged copies, the text encoder with or without its segment <c>text_model.</c> Sizes are read off the shapes.
/// </summary>
/// <remarks>The file is mapped as long as this object or a tensor of it lives.</remarks>
public sealed class SingleFile : IDisposable
{
    private const string BareText = "text_model.";
    private static readonly string[] TextPrefixes = [OriginalNames.TextPrefix, "cond_stage_model.", BareText];

    private readonly ITensorFile _file;

    private SingleFile(ITensorFile file)
    {
        _file = file;
        Unet = new SingleFilePart(file, OriginalNames.UnetPrefix, OriginalNames.UnetPrefix.Length, OriginalNames.UnetToDiffusers);
        Vae = new SingleFilePart(file, OriginalNames.VaePrefix, OriginalNames.VaePrefix.Length, OriginalNames.VaeToDiffusers);
        // Some programs left out parts of the text encoder's prefix, or all of it.
        string text = TextPrefixes.FirstOrDefault(prefix => file.Tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))) ?? TextPrefixes[0];
        TextEncoder = new SingleFilePart(file, text, text == BareText ? 0 : text.Length, OriginalNames.TextToDiffusers);
        Ignored = file.Tensors.Keys.Select(IgnoredTensors.RuleOf).OfType<string>().GroupBy(rule => rule).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        Others = [.. file.Tensors.Keys.Where(name => IgnoredTensors.RuleOf(name) is null && !Unet.Owns(name) && !Vae.Owns(name) && !TextEncoder.Owns(name))];
    }

    /// <summary>The path it was opened with.</summary>
    public string Path => _file.Path;

    /// <summary>The denoiser.</summary>
    public SingleFilePart Unet { get; }

    /// <summary>The image codec.</summary>
    public SingleFilePart Vae { get; }

    /// <summary>The text encoder.</summary>
    public SingleFilePart TextEncoder { get; }

    /// <summary>Names of tensors that are of no component, and that no rule of <see cref="IgnoredTensors"/> explains.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>How many tensors each rule of <see cref="IgnoredTensors"/> ignores.</summary>
    public IReadOnlyDictionary<string, int> Ignored { get; }

    /// <summary>Whether a file's names are those of a single-file checkpoint: it has a U-Net in the original layout.</summary>
    public static bool IsSingleFile(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Tensors.ContainsKey(OriginalNames.UnetPrefix + "input_blocks.0.0.weight");
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="Torch.IO.BrokenFileException">The file breaks a rule of its format.</exception>
    /// <exception cref="InvalidDataException">It is no checkpoint in the original layout.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static SingleFile Open(string path)
    {
        ITensorFile file = TensorFiles.Open(path);
        if (!IsSingleFile(file))
        {
            file.Dispose();
            throw new InvalidDataException($"{path}: no Stable Diffusion checkpoint in the original layout: it has no tensor {OriginalNames.UnetPrefix}input_blocks.0.0.weight");
        }
        return new SingleFile(file);
    }

    /// <summary>Config of the U-Net.</summary>
    /// <exception cref="NotSupportedException">It is no Stable Diffusion 1.x.</exception>
    public UNetConfig UnetConfig() => SizesOf.Unet(Unet.Shapes, Path);

    /// <summary>Config of the VAE.</summary>
    public VaeConfig VaeConfig() => SizesOf.Vae(Vae.Shapes);

    /// <summary>Config of the text encoder.</summary>
    public ClipTextConfig TextConfig() => SizesOf.Text(TextEncoder.Shapes);

    /// <summary>Opens the U-Net. The caller owns it; it may outlive this object.</summary>
    /// <param name="dtype">Type of its parameters; null keeps the stored one.</param>
    /// <param name="device">Where they go.</param>
    /// <exception cref="InvalidDataException">Parameters are missing, left over, or of another shape.</exception>
    public UNet2DCondition OpenUnet(DType? dtype = null, Device? device = null)
    {
        UNetConfig config = UnetConfig();
        MemoryFormat format = dtype is { } type && type.IsHalf() ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;
        return Build(Unet, weights => new UNet2DCondition(weights, config), dtype, device, format);
    }

    /// <summary>Opens the VAE; see <see cref="OpenUnet"/>.</summary>
    public AutoencoderKl OpenVae(DType? dtype = null, Device? device = null)
    {
        VaeConfig config = VaeConfig();
        return Build(Vae, weights => new AutoencoderKl(weights, config), dtype, device);
    }

    /// <summary>Opens the text encoder; see <see cref="OpenUnet"/>.</summary>
    public ClipTextModel OpenTextEncoder(DType? dtype = null, Device? device = null)
    {
        ClipTextConfig config = TextConfig();
        return Build(TextEncoder, weights => new ClipTextModel(weights, config), dtype, device);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static T Build<T>(SingleFilePart part, Func<Weights, T> make, DType? dtype, Device? device, MemoryFormat format = MemoryFormat.Contiguous)
    {
        var weights = Weights.From(part.OpenWeights(), dtype, device, format);
        try
        {
            return make(weights);
        }
        catch
        {
            weights.Dispose(); // A component that does not fit its file owns nothing.
            throw;
        }
    }
}
