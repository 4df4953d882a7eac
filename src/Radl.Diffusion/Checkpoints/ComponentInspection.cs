using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Models;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Diffusion.Checkpoints;

/// <summary>Looks at the components of Stable Diffusion, and at the CLIP that measures, in files, without loading a tensor.</summary>
public static class ComponentInspection
{
    /// <summary>The component that a file in diffusers' layout holds: <c>unet</c>, <c>vae</c> or <c>text_encoder</c>; <c>clip</c> for both towers of a CLIP; null for none of them.</summary>
    public static string? ComponentOf(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Tensors.ContainsKey("down_blocks.0.resnets.0.norm1.weight") && file.Tensors.ContainsKey("time_embedding.linear_1.weight") ? "unet"
            : file.Tensors.ContainsKey("decoder.conv_in.weight") && file.Tensors.ContainsKey("post_quant_conv.weight") ? "vae"
            // A whole CLIP has the text encoder's names as well.
            : file.Tensors.ContainsKey("vision_model.embeddings.patch_embedding.weight") && file.Tensors.ContainsKey("text_model.embeddings.token_embedding.weight") ? ModelFolder.Clip
            : file.Tensors.ContainsKey("text_model.embeddings.token_embedding.weight") || file.Tensors.ContainsKey("embeddings.token_embedding.weight") ? "text_encoder"
            : null;
    }

    /// <summary>Looks at a file in diffusers' layout.</summary>
    /// <param name="file">The file.</param>
    /// <param name="component">From <see cref="ComponentOf"/>.</param>
    /// <param name="config">Path of its <c>config.json</c>, or null to read the sizes off the shapes.</param>
    /// <exception cref="InvalidDataException">The config is broken.</exception>
    /// <exception cref="NotSupportedException">The config asks for what the component cannot do, or the shapes are of no Stable Diffusion 1.x.</exception>
    public static ComponentReport Of(ITensorFile file, string component, string? config)
    {
        ArgumentNullException.ThrowIfNull(file);
        Func<string, string?> rename = ComponentNames.Of(component) ?? (name => name);
        var stored = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in file.Tensors.Values)
        {
            if (rename(tensor.Name) is { } name)
            {
                stored[name] = tensor.Shape;
            }
        }
        return component switch
        {
            "unet" => Unet(config is null ? SizesOf.Unet(stored, file.Path) : UNetConfig.Read(config), stored),
            "vae" => Vae(config is null ? SizesOf.Vae(stored) : VaeConfig.Read(config), stored),
            "text_encoder" => Text(config is null ? SizesOf.Text(stored) : ClipTextConfig.Read(config), stored),
            ModelFolder.Clip => Clip(config is null ? SizesOf.Clip(stored) : ClipConfig.Read(config), stored),
            _ => throw new ArgumentException($"'{component}' is not one of unet, vae, text_encoder, clip", nameof(component)),
        };
    }

    /// <summary>Looks at the three components of a single-file checkpoint.</summary>
    /// <exception cref="NotSupportedException">It is no Stable Diffusion 1.x.</exception>
    public static IReadOnlyList<ComponentReport> Of(SingleFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return [Unet(file.UnetConfig(), file.Unet.Shapes), Vae(file.VaeConfig(), file.Vae.Shapes), Text(file.TextConfig(), file.TextEncoder.Shapes)];
    }

    private static ComponentReport Unet(UNetConfig config, IReadOnlyDictionary<string, long[]> stored) => ComponentReport.Compare(
        "unet",
        $"{string.Join('-', config.BlockOutChannels)} channels, texts of width {config.CrossAttentionDim}",
        RecordedShapes.Of(weights => new UNet2DCondition(weights, config)),
        stored);

    private static ComponentReport Vae(VaeConfig config, IReadOnlyDictionary<string, long[]> stored) => ComponentReport.Compare(
        "vae",
        $"{string.Join('-', config.BlockOutChannels)} channels, {config.LatentChannels} of latents",
        RecordedShapes.Of(weights => new AutoencoderKl(weights, config)),
        stored);

    private static ComponentReport Text(ClipTextConfig config, IReadOnlyDictionary<string, long[]> stored) => ComponentReport.Compare(
        "text_encoder",
        $"{config.NumHiddenLayers} layers of width {config.HiddenSize}, {config.VocabSize} tokens",
        RecordedShapes.Of(weights => new ClipTextModel(weights, config)),
        stored);

    private static ComponentReport Clip(ClipConfig config, IReadOnlyDictionary<string, long[]> stored) => ComponentReport.Compare(
        ModelFolder.Clip,
        $"pictures of {config.VisionConfig.ImageSize}x{config.VisionConfig.ImageSize} in {config.VisionConfig.NumHiddenLayers} layers of width {config.VisionConfig.HiddenSize}, "
            + $"texts in {config.TextConfig.NumHiddenLayers} of width {config.TextConfig.HiddenSize}, {config.TextConfig.VocabSize} tokens",
        RecordedShapes.Of(weights => new ClipModel(weights, config)),
        stored);
}
