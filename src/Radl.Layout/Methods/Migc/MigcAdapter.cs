using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods.Migc;

/// <summary>A MIGC adapter: instances, each with label and box; no relations.</summary>
public sealed class MigcAdapter : InstanceAdapter
{
    /// <summary>Builds the layers on their parameters, <c>SITE.migc.KEY</c>.</summary>
    /// <param name="weights">The root of the adapter's own source; the adapter disposes it.</param>
    /// <param name="config">What the adapter is.</param>
    /// <exception cref="InvalidDataException">The source lacks parameters, or has others.</exception>
    public MigcAdapter(Weights weights, MigcConfig config)
        : base(weights, config, () => config.Sites.Select(site => config.Variant == MigcVariant.PlusPlus
            ? (InstanceLayer)new MigcPlusLayer(weights / site.Name / "migc", site, config)
            : new MigcLayer(weights / site.Name / "migc", site, config)), ignore: null) => Config = config;

    /// <inheritdoc/>
    public override MigcConfig Config { get; }

    /// <summary>A fresh adapter for training.</summary>
    public static MigcAdapter Create(MigcConfig config, ulong seed, DType dtype = DType.Float32, Device? device = null) =>
        new(Weights.From(new FreshWeights(seed), dtype, device), config);

    /// <summary>Opens a folder that must hold a MIGC adapter; see <see cref="LayoutAdapter.Open"/>.</summary>
    public static new MigcAdapter Open(string folder, DType? dtype = null, Device? device = null, bool trainable = false)
    {
        (string json, string path) = ReadConfig(folder);
        MigcConfig config = MigcConfig.Parse(json, path);
        return new MigcAdapter(OpenWeights(folder, dtype, device, trainable), config);
    }

    /// <summary>Reads weights in the layout of the published checkpoint (<c>MIGC_SD14.ckpt</c>); nothing in the file is executed.</summary>
    /// <param name="path">A <c>.ckpt</c> or safetensors file; see <see cref="MigcCheckpoint"/> for its names.</param>
    /// <param name="config">What the adapter is; null reads it off the shapes.</param>
    /// <param name="dtype">Type of the parameters; null keeps the stored one.</param>
    /// <param name="device">Where they go.</param>
    /// <exception cref="IOException">The file is missing.</exception>
    /// <exception cref="Torch.IO.BrokenFileException">The file breaks a rule of its format.</exception>
    /// <exception cref="InvalidDataException">The file lacks parameters.</exception>
    public static MigcAdapter OpenCheckpoint(string path, MigcConfig? config = null, DType? dtype = null, Device? device = null)
    {
        (ITensorFile file, config) = OpenPublished(path, config, MigcCheckpoint.ConfigOf);
        return new MigcAdapter(Weights.From(new FileWeights(file, MigcCheckpoint.Rename), dtype, device), config);
    }
}
