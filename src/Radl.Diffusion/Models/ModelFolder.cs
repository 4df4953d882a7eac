using System.Security.Cryptography;
using System.Text.Json;
using Radl.Torch;
using Radl.Torch.Safetensors;

namespace Radl.Diffusion.Models;

/// <summary>A model folder in diffusers' layout: <c>model_index.json</c> and one folder per component.</summary>
public sealed class ModelFolder
{
    private const string IndexFile = "model_index.json";

    // What each component must be. A published index also lists a safety checker and a feature extractor: they judge pictures,
    // they do not make them, and are ignored.
    private static readonly (string Component, string Class, string WeightsName, string PickleName)[] Components =
    [
        ("text_encoder", "CLIPTextModel", "model", "pytorch_model"),
        ("unet", "UNet2DConditionModel", "diffusion_pytorch_model", "diffusion_pytorch_model"),
        ("vae", "AutoencoderKL", "diffusion_pytorch_model", "diffusion_pytorch_model"),
    ];

    /// <summary>The components that a picture needs.</summary>
    public static IReadOnlyList<string> ComponentNames { get; } = [.. Components.Select(entry => entry.Component)];

    /// <summary>Reads the index.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="FileNotFoundException">There is no <c>model_index.json</c>.</exception>
    /// <exception cref="InvalidDataException">The index is broken or lacks a component.</exception>
    /// <exception cref="NotSupportedException">A component is of a class that this program does not have.</exception>
    public ModelFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        string index = In(IndexFile);
        if (!File.Exists(index))
        {
            throw new FileNotFoundException($"{Path} is not a model folder: it has no {IndexFile}", index);
        }
        Guidance = ReadIndex(index);
    }

    /// <summary>The guidance scale that suits the model, where its index states one (<c>guidance_scale</c>, this program's own addition).</summary>
    public double? Guidance { get; }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Whether a folder looks like a model.</summary>
    public static bool IsModel(string path) => File.Exists(System.IO.Path.Combine(path, IndexFile));

    /// <summary>A path inside the folder.</summary>
    public string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The folder of an adapter, whether or not it is there.</summary>
    /// <param name="method">E.g. <c>radl</c>.</param>
    public string Adapter(string method) => In("adapters", method);

    /// <summary>Folder, within a model's, of the CLIP that measures its pictures; it need not be there.</summary>
    public const string Clip = "clip";

    /// <summary>Methods that have an adapter here, by name.</summary>
    public IReadOnlyList<string> Adapters() => [.. AdaptersIn("adapters").Select(folder => System.IO.Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    /// <summary>Folders of adapters that were trained again with other seeds, <c>seeds/NAME-seedN</c>: to measure with, not to draw with.</summary>
    public IReadOnlyList<string> FurtherSeeds() => AdaptersIn("seeds");

    /// <summary>The weights of a component: a safetensors file, the index of several, the half-precision variant, or a pickle of either.</summary>
    /// <exception cref="FileNotFoundException">No such file; the names that were tried are listed.</exception>
    public string WeightsOf(string component)
    {
        (_, _, string name, string pickle) = Components.First(entry => entry.Component == component);
        string[] names =
        [
            $"{name}.safetensors", $"{name}.safetensors.index.json", $"{name}.fp16.safetensors", $"{name}.safetensors.index.fp16.json", $"{pickle}.bin", $"{pickle}.fp16.bin",
        ];
        return names.Select(file => In(component, file)).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"{In(component)} has none of {string.Join(", ", names)}");
    }

    /// <summary>A component's parameters by our names, from whichever of its files is there; older names of the same parameters are understood.</summary>
    /// <exception cref="Torch.IO.BrokenFileException">The file breaks a rule of its format.</exception>
    /// <inheritdoc cref="WeightsOf" path="/exception"/>
    public IWeightSource OpenWeights(string component) => FileWeights.Open(WeightsOf(component), Checkpoints.ComponentNames.Of(component));

    /// <summary>SHA-256 over all weights, in lower-case hexadecimal: two models with the same hash make the same pictures.</summary>
    /// <param name="method">Also the adapter of this method, where there is one; null for the base alone.</param>
    public string HashWeights(string? method)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        IEnumerable<string> files = Components.SelectMany(entry => FilesOf(WeightsOf(entry.Component)));
        if (method is not null && System.IO.Path.Combine(Adapter(method), "adapter.safetensors") is var adapter && File.Exists(adapter))
        {
            files = files.Append(adapter);
        }
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string[] AdaptersIn(string part) => Directory.Exists(In(part))
        ? [.. Directory.GetDirectories(In(part)).Where(folder => File.Exists(System.IO.Path.Combine(folder, "adapter.safetensors"))).Order(StringComparer.Ordinal)]
        : [];

    private static IEnumerable<string> FilesOf(string weights) => weights.EndsWith(".json", StringComparison.Ordinal)
        ? SafetensorsIndex.Read(weights).Files.Order(StringComparer.Ordinal).Select(file => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(weights)!, file))
        : [weights];

    private static double? ReadIndex(string path)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
        using (document)
        {
            foreach ((string component, string expected, _, _) in Components)
            {
                if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(component, out JsonElement entry)
                    || entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2)
                {
                    throw new InvalidDataException($"{path}: {component}: [\"library\", \"{expected}\"] is needed");
                }
                if (entry[1].ToString() is var actual && actual != expected)
                {
                    throw new NotSupportedException($"{path}: {component}: class '{actual}' is not supported, only {expected}");
                }
            }
            if (!document.RootElement.TryGetProperty("guidance_scale", out JsonElement guidance))
            {
                return null;
            }
            return guidance.ValueKind == JsonValueKind.Number && guidance.GetDouble() is >= 0 and <= 100 and var scale
                ? scale
                : throw new InvalidDataException($"{path}: guidance_scale: a number from 0 to 100 is needed");
        }
    }
}
