using System.Globalization;
using System.Text;
using System.Text.Json;
using Radl.Diffusion.Schedulers;
using Radl.Torch.IO;

namespace Radl.Diffusion.Models;

/// <summary>Writes what makes a folder of components a model.</summary>
public static class ModelIndex
{
    /// <summary>Writes the scheduler's config and, last of all, <c>model_index.json</c>; each is replaced atomically.</summary>
    /// <param name="folder">The model's.</param>
    /// <param name="scheduler">The forward process and the usual solver.</param>
    /// <param name="guidance">The guidance scale that suits the model; null leaves it to whoever draws.</param>
    public static void Write(string folder, SchedulerConfig scheduler, double? guidance = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        string config = scheduler.ToJson();
        string component = Directory.CreateDirectory(Path.Combine(folder, "scheduler")).FullName;
        AtomicFile.Write(Path.Combine(component, "scheduler_config.json"), Encoding.UTF8.GetBytes(config));
        using JsonDocument document = JsonDocument.Parse(config);
        string solver = document.RootElement.GetProperty("_class_name").GetString()!;
        string scale = guidance is { } number ? string.Create(CultureInfo.InvariantCulture, $"\n  \"guidance_scale\": {number},") : "";
        string index = $$"""
            {
              "_class_name": "StableDiffusionPipeline",{{scale}}
              "scheduler": ["diffusers", "{{solver}}"],
              "text_encoder": ["transformers", "CLIPTextModel"],
              "tokenizer": ["transformers", "CLIPTokenizer"],
              "unet": ["diffusers", "UNet2DConditionModel"],
              "vae": ["diffusers", "AutoencoderKL"]
            }

            """;
        AtomicFile.Write(Path.Combine(folder, "model_index.json"), Encoding.UTF8.GetBytes(index));
    }
}
