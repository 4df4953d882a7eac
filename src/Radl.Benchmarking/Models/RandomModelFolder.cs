using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Radl.Diffusion.Config;
using Radl.Diffusion.Models;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.Tokenizer;
using Radl.Torch;

namespace Radl.Benchmarking.Models;

/// <summary>A model folder with a measured model's weights, to time opening it.</summary>
internal static class RandomModelFolder
{
    /// <summary>Writes it, every tensor in the type that the model holds it in.</summary>
    public static void Write(string folder, BenchModel model)
    {
        ClipTokenizerBuilder.Write(Path.Combine(folder, "tokenizer"), ["a", "picture"], model.TextEncoder.Config.MaxPositionEmbeddings);
        Save(folder, "text_encoder", "model", model.TextEncoder.Parameters, model.TextEncoder.Config, DiffusionJson.Default.ClipTextConfig);
        Save(folder, "unet", "diffusion_pytorch_model", model.Unet.Parameters, model.Unet.Config, DiffusionJson.Default.UNetConfig);
        Save(folder, "vae", "diffusion_pytorch_model", model.Vae.Parameters, model.Vae.Config, DiffusionJson.Default.VaeConfig);
        ModelIndex.Write(folder, SchedulerConfig.StableDiffusion);
    }

    private static void Save<T>(string folder, string component, string file, IReadOnlyDictionary<string, Tensor> weights, T config, JsonTypeInfo<T> type)
    {
        string path = Path.Combine(folder, component);
        Directory.CreateDirectory(path);
        SafetensorsTensors.Save(Path.Combine(path, file + ".safetensors"), weights);
        File.WriteAllBytes(Path.Combine(path, "config.json"), JsonSerializer.SerializeToUtf8Bytes(config, type));
    }
}
