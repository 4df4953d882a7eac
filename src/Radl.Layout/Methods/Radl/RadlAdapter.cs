using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Methods.RadlMethod;

/// <summary>A RaDL adapter: instances with enhanced attributes, and relations.</summary>
public sealed class RadlAdapter : InstanceAdapter
{
    /// <summary>Builds the layers on their parameters, <c>SITE.radl.KEY</c>.</summary>
    /// <param name="weights">The root of the adapter's own source; the adapter disposes it.</param>
    /// <param name="config">What the adapter is.</param>
    /// <param name="ignore">Names that may be left over in the source; null allows none.</param>
    /// <exception cref="InvalidDataException">The source lacks parameters, or has others.</exception>
    public RadlAdapter(Weights weights, RadlConfig config, Func<string, bool>? ignore = null)
        : base(weights, config, () => config.Sites.Select(site => new RadlLayer(weights / site.Name / "radl", site, config)), ignore) => Config = config;

    /// <inheritdoc/>
    public override RadlConfig Config { get; }

    /// <summary>A fresh adapter for training.</summary>
    public static RadlAdapter Create(RadlConfig config, ulong seed, DType dtype = DType.Float32, Device? device = null) =>
        new(Weights.From(new FreshWeights(seed), dtype, device), config);

    /// <summary>Opens a folder that must hold a RaDL adapter; see <see cref="LayoutAdapter.Open"/>.</summary>
    public static new RadlAdapter Open(string folder, DType? dtype = null, Device? device = null, bool trainable = false)
    {
        RadlConfig config = ConfigOf(folder);
        return new RadlAdapter(OpenWeights(folder, dtype, device, trainable), config);
    }

    /// <summary>Opens a folder's adapter with its relation phase muted, to see what the phase does.</summary>
    /// <inheritdoc cref="LayoutAdapter.Open"/>
    public static RadlAdapter OpenMuted(string folder, DType? dtype = null, Device? device = null)
    {
        RadlConfig config = ConfigOf(folder) with { Relation = RelationMode.Muted };
        return new RadlAdapter(OpenWeights(folder, dtype, device, trainable: false), config);
    }

    /// <summary>Reads weights in the layout of the released module (<c>radl_pretrained.ckpt</c>); nothing in the file is executed.</summary>
    /// <param name="path">A <c>.ckpt</c> or safetensors file; see <see cref="RadlCheckpoint"/> for its names and choices.</param>
    /// <param name="config">What the adapter is; null reads it off the shapes.</param>
    /// <param name="dtype">Type of the parameters; null keeps the stored one.</param>
    /// <param name="device">Where they go.</param>
    /// <exception cref="IOException">The file is missing.</exception>
    /// <exception cref="Torch.IO.BrokenFileException">The file breaks a rule of its format.</exception>
    /// <exception cref="InvalidDataException">The file lacks parameters.</exception>
    public static RadlAdapter OpenCheckpoint(string path, RadlConfig? config = null, DType? dtype = null, Device? device = null)
    {
        (ITensorFile file, config) = OpenPublished(path, config, RadlCheckpoint.ConfigOf);
        return new RadlAdapter(Weights.From(RadlCheckpoint.Source(file), dtype, device), config);
    }

    private static RadlConfig ConfigOf(string folder)
    {
        (string json, string path) = ReadConfig(folder);
        return RadlConfig.Parse(json, path);
    }
}
