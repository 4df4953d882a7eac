using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Radl.Diffusion.Config;
using Radl.Diffusion.Models;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Tokenizer;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Diffusion.Checkpoints;

/// <summary>Writes a single-file checkpoint as a model folder in diffusers' layout.</summary>
public static class FolderConversion
{
    private static readonly string[] Vocabulary = ["vocab.json", "merges.txt"];

    /// <summary>Writes the folder: whole, or not at all.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="tokenizer">A folder with CLIP's <c>vocab.json</c> and <c>merges.txt</c>, which no checkpoint holds.</param>
    /// <param name="folder">The new folder; it must not exist, or be empty.</param>
    /// <param name="dtype">Type to store the weights in; null keeps theirs.</param>
    /// <exception cref="ArgumentException">The tokenizer is not there or too large for the text encoder, or something is at <paramref name="folder"/>.</exception>
    /// <exception cref="InvalidDataException">The checkpoint lacks parameters or has others.</exception>
    /// <exception cref="NotSupportedException">It is no Stable Diffusion 1.x.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(SingleFile file, string tokenizer, string folder, DType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        CheckTokenizer(tokenizer, file);
        string target = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new ArgumentException($"{folder} is there already; name a new folder", nameof(folder));
        }
        string parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        // A rename is atomic only within one file system, so the folder is made beside its place.
        string temporary = Path.Combine(parent, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            WriteInto(temporary, file, tokenizer, dtype);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }
            Directory.Move(temporary, target);
        }
        catch
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
            throw;
        }
    }

    private static void WriteInto(string folder, SingleFile file, string tokenizer, DType? dtype)
    {
        using (UNet2DCondition unet = file.OpenUnet())
        {
            Save(folder, "unet", "diffusion_pytorch_model.safetensors", unet.Parameters, dtype, unet.Config, DiffusionJson.Default.UNetConfig);
        }
        using (AutoencoderKl vae = file.OpenVae())
        {
            Save(folder, "vae", "diffusion_pytorch_model.safetensors", vae.Parameters, dtype, vae.Config, DiffusionJson.Default.VaeConfig);
        }
        using (ClipTextModel text = file.OpenTextEncoder())
        {
            Save(folder, "text_encoder", "model.safetensors", text.Parameters, dtype, text.Config, DiffusionJson.Default.ClipTextConfig);
        }
        string words = Directory.CreateDirectory(Path.Combine(folder, "tokenizer")).FullName;
        foreach (string name in Vocabulary)
        {
            File.Copy(Path.Combine(tokenizer, name), Path.Combine(words, name));
        }
        foreach ((string name, string content) in SettingsFiles)
        {
            string given = Path.Combine(tokenizer, name);
            File.WriteAllText(Path.Combine(words, name), File.Exists(given) ? File.ReadAllText(given) : content);
        }
        ModelIndex.Write(folder, SchedulerConfig.StableDiffusion);
        _ = new ModelFolder(folder);
    }

    private static void Save<T>(string folder, string component, string name, IReadOnlyDictionary<string, Tensor> weights, DType? dtype, T config, JsonTypeInfo<T> type)
    {
        string place = Directory.CreateDirectory(Path.Combine(folder, component)).FullName;
        SafetensorsTensors.Save(Path.Combine(place, name), weights, dtype, new Dictionary<string, string> { ["format"] = "pt" });
        File.WriteAllBytes(Path.Combine(place, "config.json"), JsonSerializer.SerializeToUtf8Bytes(config, type));
    }

    private static void CheckTokenizer(string tokenizer, SingleFile file)
    {
        if (Vocabulary.FirstOrDefault(name => !File.Exists(Path.Combine(tokenizer, name))) is { } missing)
        {
            throw new ArgumentException($"{tokenizer} has no {missing}: a tokenizer's folder with {string.Join(" and ", Vocabulary)} is needed, such as that of any Stable Diffusion 1.x in diffusers' layout", nameof(tokenizer));
        }
        int words = ClipTokenizer.Load(tokenizer).VocabularySize;
        int rows = file.TextConfig().VocabSize;
        if (words > rows)
        {
            throw new ArgumentException($"{tokenizer} has {words} entries, the text encoder of {file.Path} has {rows}", nameof(tokenizer));
        }
    }

    // Stable Diffusion v1's, for a folder that has the vocabulary alone.
    private static readonly (string Name, string Content)[] SettingsFiles =
    [
        ("tokenizer_config.json", """
            {
              "add_prefix_space": false,
              "bos_token": "<|startoftext|>",
              "do_lower_case": true,
              "eos_token": "<|endoftext|>",
              "errors": "replace",
              "model_max_length": 77,
              "pad_token": "<|endoftext|>",
              "tokenizer_class": "CLIPTokenizer",
              "unk_token": "<|endoftext|>"
            }

            """),
        ("special_tokens_map.json", """
            {
              "bos_token": "<|startoftext|>",
              "eos_token": "<|endoftext|>",
              "pad_token": "<|endoftext|>",
              "unk_token": "<|endoftext|>"
            }

            """),
    ];
}
