using System.Text;
using System.Text.Json;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;
using Radl.Torch.IO;

namespace Radl.Layout.Methods;

/// <summary>A layout method with trained parameters of its own. The U-Net it steers stays as it is.</summary>
public abstract class LayoutAdapter : LayoutMethod
{
    internal const string ConfigFile = "config.json";
    private const string WeightsFile = "adapter.safetensors";

    private readonly Weights _weights;

    // Takes over the weights.
    private protected LayoutAdapter(Weights weights) => _weights = weights;

    /// <summary>What the adapter is.</summary>
    public abstract LayoutConfig Config { get; }

    /// <inheritdoc/>
    public override MethodNeeds Needs => Config.Needs;

    /// <summary>All parameters by name, <c>SITE.METHOD.KEY</c>; every one is trainable.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => _weights.Taken;

    /// <summary>Opens an adapter folder of whichever method its <c>config.json</c> names.</summary>
    /// <param name="folder">The folder: <c>config.json</c> and <c>adapter.safetensors</c>.</param>
    /// <param name="dtype">Type of the parameters; null keeps the stored one.</param>
    /// <param name="device">Where they go.</param>
    /// <param name="trainable">Copies them, since those of a mapped file cannot be written to.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The config is broken, or the weights do not fit it.</exception>
    public static LayoutAdapter Open(string folder, DType? dtype = null, Device? device = null, bool trainable = false)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return MethodOf(folder) switch
        {
            LayoutMethods.Radl => RadlAdapter.Open(folder, dtype, device, trainable),
            LayoutMethods.Migc => MigcAdapter.Open(folder, dtype, device, trainable),
            LayoutMethods.Gligen => GligenAdapter.Open(folder, dtype, device, trainable),
            var other => throw new InvalidDataException($"{Path.Combine(folder, ConfigFile)}: model_type '{other}' is not a method with an adapter: {LayoutMethods.Radl}, {LayoutMethods.Migc}, {LayoutMethods.Gligen}"),
        };
    }

    /// <summary>The method that an adapter folder's <c>config.json</c> names.</summary>
    /// <exception cref="IOException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">It is broken, or names no method.</exception>
    public static string MethodOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, ConfigFile);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("model_type", out JsonElement type)
                && type.ValueKind == JsonValueKind.String
                ? type.GetString()!
                : throw new InvalidDataException($"{path}: model_type is missing; it names the adapter's method");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes an adapter folder, each file whole or not at all.</summary>
    /// <param name="folder">Created where it is missing.</param>
    /// <param name="parameters">What to store instead of the current parameters, e.g. their running means; all names must be there.</param>
    /// <param name="dtype">Stored type; null keeps the parameters'.</param>
    public void Save(string folder, IReadOnlyDictionary<string, Tensor>? parameters = null, DType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        parameters ??= Parameters;
        if (Parameters.Keys.FirstOrDefault(name => !parameters.ContainsKey(name)) is { } missing)
        {
            throw new ArgumentException($"'{missing}' is missing among the parameters to save", nameof(parameters));
        }
        Directory.CreateDirectory(folder);
        SafetensorsTensors.Save(Path.Combine(folder, WeightsFile), parameters, dtype);
        AtomicFile.Write(Path.Combine(folder, ConfigFile), Encoding.UTF8.GetBytes(Config.ToJson()));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weights.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static (string Config, string Path) ReadConfig(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, ConfigFile);
        return (File.ReadAllText(path), path);
    }

    // A published file and what its adapter is; the caller disposes the file.
    private protected static (ITensorFile File, T Config) OpenPublished<T>(string path, T? config, Func<ITensorFile, T> read)
        where T : LayoutConfig
    {
        ITensorFile file = TensorFiles.Open(path);
        try
        {
            return (file, config ?? read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private protected static Weights OpenWeights(string folder, DType? dtype, Device? device, bool trainable)
    {
        IWeightSource source = FileWeights.Open(Path.Combine(folder, WeightsFile));
        return Weights.From(trainable ? new CopiedWeights(source) : source, dtype, device);
    }
}
