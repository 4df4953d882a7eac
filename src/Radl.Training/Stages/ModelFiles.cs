using System.Text.Json;
using Radl.Diffusion.Config;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Torch.IO;

namespace Radl.Training.Stages;

/// <summary>Components of a model folder in diffusers' layout, as training writes and reads them.</summary>
public static class ModelFiles
{
    private const string UnetFile = "diffusion_pytorch_model.safetensors";
    private const string TextFile = "model.safetensors";

    /// <summary>Path of the codec's weights.</summary>
    public static string VaeWeights(string model) => Path.Combine(model, "vae", UnetFile);

    /// <summary>Path of the U-Net's weights.</summary>
    public static string UnetWeights(string model) => Path.Combine(model, "unet", UnetFile);

    /// <summary>Path of the text encoder's weights.</summary>
    public static string TextWeights(string model) => Path.Combine(model, "text_encoder", TextFile);

    /// <summary>Opens the codec; the caller owns it. <paramref name="trainable"/> copies the weights out of the file.</summary>
    public static AutoencoderKl OpenVae(string model, DType dtype, Device device, bool trainable = false)
    {
        string folder = Path.Combine(model, "vae");
        return new AutoencoderKl(
            Open(Path.Combine(folder, UnetFile), dtype, device, trainable), VaeConfig.Read(Path.Combine(folder, "config.json")));
    }

    /// <summary>Opens the U-Net; the caller owns it. <paramref name="trainable"/> copies the weights out of the file.</summary>
    public static UNet2DCondition OpenUnet(string model, DType dtype, Device device, bool trainable = false)
    {
        string folder = Path.Combine(model, "unet");
        return new UNet2DCondition(
            Open(Path.Combine(folder, UnetFile), dtype, device, trainable), UNetConfig.Read(Path.Combine(folder, "config.json")));
    }

    /// <summary>Opens the text encoder; the caller owns it. <paramref name="trainable"/> copies the weights out of the file.</summary>
    public static ClipTextModel OpenText(string model, DType dtype, Device device, bool trainable = false)
    {
        string folder = Path.Combine(model, "text_encoder");
        return new ClipTextModel(Open(Path.Combine(folder, TextFile), dtype, device, trainable), ClipTextConfig.Read(Path.Combine(folder, "config.json")));
    }

    /// <summary>Writes the codec in bf16.</summary>
    public static void SaveVae(string model, VaeConfig config, IEnumerable<KeyValuePair<string, Tensor>> weights) =>
        Save(Path.Combine(model, "vae"), UnetFile, weights, JsonSerializer.SerializeToUtf8Bytes(config, DiffusionJson.Default.VaeConfig));

    /// <summary>Writes the U-Net in bf16.</summary>
    public static void SaveUnet(string model, UNetConfig config, IEnumerable<KeyValuePair<string, Tensor>> weights) =>
        Save(Path.Combine(model, "unet"), UnetFile, weights, JsonSerializer.SerializeToUtf8Bytes(config, DiffusionJson.Default.UNetConfig));

    /// <summary>Writes the text encoder in bf16.</summary>
    public static void SaveText(string model, ClipTextConfig config, IEnumerable<KeyValuePair<string, Tensor>> weights) =>
        Save(Path.Combine(model, "text_encoder"), TextFile, weights, JsonSerializer.SerializeToUtf8Bytes(config, DiffusionJson.Default.ClipTextConfig));

    private static Weights Open(string path, DType dtype, Device device, bool trainable)
    {
        IWeightSource source = FileWeights.Open(path);
        return Weights.From(trainable ? new CopiedWeights(source) : source, dtype, device, MemoryFormat.ChannelsLast);
    }

    private static void Save(string folder, string file, IEnumerable<KeyValuePair<string, Tensor>> weights, byte[] config)
    {
        Directory.CreateDirectory(folder);
        SafetensorsTensors.Save(Path.Combine(folder, file), weights, DType.BFloat16);
        AtomicFile.Write(Path.Combine(folder, "config.json"), config);
    }
}
