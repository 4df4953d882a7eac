using Radl.Torch;
using Radl.Torch.IO;

namespace Radl.Diffusion.Lora;

/// <summary>A LoRA as it is published: a file of tensors in kohya's, diffusers' or peft's naming, or several of them at once.</summary>
/// <remarks>
/// kohya: <c>lora_unet_MODULE.lora_down.weight</c>, <c>.lora_up.weight</c>, <c>.alpha</c>, and <c>lora_te_…</c>; peft: <c>unet.MODULE.lora_A.weight</c>,
/// <c>.lora_B.weight</c>; diffusers: <c>unet.MODULE.lora.down.weight</c> and, older, <c>…attn1.processor.to_q_lora.down.weight</c>.
/// </remarks>
public sealed class LoraFile : IDisposable
{
    private const int MostListed = 20;

    private LoraFile(string path, IReadOnlyList<LoraLayer> layers)
    {
        Path = path;
        Layers = layers;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its layers, by network and module.</summary>
    public IReadOnlyList<LoraLayer> Layers { get; }

    /// <summary>Opens a file. The caller disposes it, after every <see cref="LoraStack"/> that it was added to.</summary>
    /// <param name="path">A safetensors file, or one that <c>torch.save</c> wrote.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="BrokenFileException">Not a sound file of its format.</exception>
    /// <exception cref="LoraFormatException">A key is of no known form, a part is missing, or the parts of a layer do not fit each other.</exception>
    /// <exception cref="NotSupportedException">The file holds changes of another kind (LoHa, LoKr, DoRA, OFT).</exception>
    public static LoraFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using ITensorFile file = TensorFiles.Open(path);
        var groups = new SortedDictionary<(LoraNetwork Network, string Module), Dictionary<LoraPart, string>>();
        var unknown = new List<string>();
        foreach (string key in file.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            if (LoraKey.TryParse(key) is not { } parsed)
            {
                unknown.Add(key);
                continue;
            }
            if (!groups.TryGetValue((parsed.Network, parsed.Module), out Dictionary<LoraPart, string>? parts))
            {
                groups.Add((parsed.Network, parsed.Module), parts = []);
            }
            if (!parts.TryAdd(parsed.Part, key))
            {
                throw new LoraFormatException(path, key, $"'{parts[parsed.Part]}' says the same of the same layer");
            }
        }
        RefuseUnknown(path, unknown);
        if (groups.Count == 0)
        {
            throw new LoraFormatException(path, "header", "the file holds no tensor");
        }
        return new LoraFile(path, Read(file, groups));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoraLayer layer in Layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>A list of names for a message: the first twenty, and how many there are.</summary>
    internal static string Listed(IReadOnlyCollection<string> names) =>
        $"{string.Join(", ", names.Take(MostListed))}{(names.Count > MostListed ? $", … ({names.Count} in all)" : "")}";

    private static void RefuseUnknown(string path, List<string> unknown)
    {
        string[] others = ["hada_", "lokr_", "dora_scale", "oft_", "lora_magnitude_vector", "lora_embedding_"];
        if (unknown.FirstOrDefault(key => others.Any(other => key.Contains(other, StringComparison.Ordinal))) is { } other)
        {
            throw new NotSupportedException($"{path}: '{other}' belongs to another kind of adaptation than LoRA and LoCon, which is not supported");
        }
        if (unknown.Count > 0)
        {
            throw new LoraFormatException(path, $"{unknown.Count} keys", $"not of any known LoRA form: {Listed(unknown)}");
        }
    }

    private static List<LoraLayer> Read(ITensorFile file, SortedDictionary<(LoraNetwork Network, string Module), Dictionary<LoraPart, string>> groups)
    {
        var layers = new List<LoraLayer>();
        var loaded = new List<Tensor>();
        try
        {
            foreach (((LoraNetwork network, string module), Dictionary<LoraPart, string> parts) in groups)
            {
                loaded.Clear();
                string name = parts.Values.Min(StringComparer.Ordinal)!;
                if (!parts.TryGetValue(LoraPart.Down, out string? down) || !parts.TryGetValue(LoraPart.Up, out string? up))
                {
                    throw new LoraFormatException(file.Path, name, $"the layer has {string.Join(" and ", parts.Keys)}; both a down and an up part are needed");
                }
                Tensor? mid = parts.TryGetValue(LoraPart.Mid, out string? key) ? Load(key) : null;
                double? alpha = parts.TryGetValue(LoraPart.Alpha, out string? stated) ? Alpha(file, stated) : null;
                layers.Add(new LoraLayer(file.Path, name, network, module, Load(down), Load(up), mid, alpha));
            }
            return layers;
        }
        catch
        {
            layers.ForEach(layer => layer.Dispose());
            loaded.ForEach(tensor => tensor.Dispose());
            throw;
        }

        Tensor Load(string key)
        {
            Tensor tensor = file.Load(key).Keep();
            loaded.Add(tensor);
            return tensor;
        }
    }

    private static double Alpha(ITensorFile file, string key)
    {
        using Tensor alpha = file.Load(key);
        return alpha.Count == 1 && alpha.Item() is var value && double.IsFinite(value)
            ? value
            : throw new LoraFormatException(file.Path, key, "alpha must be one finite number");
    }
}
