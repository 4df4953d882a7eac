using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;

namespace Radl.Diffusion.Checkpoints;

/// <summary>Configs of Stable Diffusion 1.x components and of a CLIP, read off the shapes of their parameters where the file has no config.</summary>
/// <remarks>
/// What no shape tells is SD 1.x's: eight heads in the U-Net, 64 channels a head in CLIP's towers, 32 groups, and what the record's
/// defaults say. A tensor that is missing leaves its default, so that loading names what is missing.
/// </remarks>
internal static class SizesOf
{
    private const int HeadWidth = 64;

    /// <summary>The U-Net's config.</summary>
    /// <param name="shapes">Shapes by diffusers' names.</param>
    /// <param name="file">For the error.</param>
    /// <exception cref="NotSupportedException">The text's width is that of Stable Diffusion 2 or XL, whose U-Nets differ in more than sizes.</exception>
    internal static UNetConfig Unet(IReadOnlyDictionary<string, long[]> shapes, string file)
    {
        var known = new UNetConfig();
        int context = Size(shapes, "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1, known.CrossAttentionDim);
        if (context is 1024 or 1280 or 2048)
        {
            throw new NotSupportedException($"{file}: the U-Net attends to texts of width {context}: this is no Stable Diffusion 1.x (768), and only that is read from a single file");
        }
        return known with
        {
            InChannels = Size(shapes, "conv_in.weight", 1, known.InChannels),
            OutChannels = Size(shapes, "conv_out.weight", 0, known.OutChannels),
            BlockOutChannels = [.. known.BlockOutChannels.Select((width, i) => Size(shapes, $"down_blocks.{i}.resnets.1.conv2.weight", 0, width))],
            CrossAttentionDim = context,
            UseLinearProjection = shapes.TryGetValue("mid_block.attentions.0.proj_in.weight", out long[]? projection) && projection.Length == 2,
        };
    }

    /// <summary>The VAE's config.</summary>
    internal static VaeConfig Vae(IReadOnlyDictionary<string, long[]> shapes)
    {
        var known = new VaeConfig();
        return known with
        {
            LatentChannels = Size(shapes, "post_quant_conv.weight", 0, known.LatentChannels),
            BlockOutChannels = [.. known.BlockOutChannels.Select((width, i) => Size(shapes, $"encoder.down_blocks.{i}.resnets.1.conv2.weight", 0, width))],
        };
    }

    /// <summary>The text encoder's config.</summary>
    internal static ClipTextConfig Text(IReadOnlyDictionary<string, long[]> shapes) => Text(shapes, new ClipTextConfig());

    /// <summary>The config of a whole CLIP.</summary>
    internal static ClipConfig Clip(IReadOnlyDictionary<string, long[]> shapes)
    {
        var known = new ClipConfig();
        ClipVisionConfig vision = known.VisionConfig;
        int width = Size(shapes, "vision_model.embeddings.class_embedding", 0, vision.HiddenSize);
        int patch = Size(shapes, "vision_model.embeddings.patch_embedding.weight", 2, vision.PatchSize);
        // One position a patch, and one for the class.
        int places = Size(shapes, "vision_model.embeddings.position_embedding.weight", 0, vision.Patches + 1);
        return known with
        {
            ProjectionDim = Size(shapes, "text_projection.weight", 0, known.ProjectionDim),
            TextConfig = Text(shapes, known.TextConfig),
            VisionConfig = vision with
            {
                HiddenSize = width,
                IntermediateSize = Size(shapes, "vision_model.encoder.layers.0.mlp.fc1.weight", 0, vision.IntermediateSize),
                NumHiddenLayers = Layers(shapes, "vision_model", vision.NumHiddenLayers),
                NumAttentionHeads = Math.Max(1, width / HeadWidth),
                NumChannels = Size(shapes, "vision_model.embeddings.patch_embedding.weight", 1, vision.NumChannels),
                ImageSize = (int)Math.Round(Math.Sqrt(places - 1)) * patch,
                PatchSize = patch,
            },
        };
    }

    private static ClipTextConfig Text(IReadOnlyDictionary<string, long[]> shapes, ClipTextConfig known)
    {
        int width = Size(shapes, "text_model.embeddings.token_embedding.weight", 1, known.HiddenSize);
        return known with
        {
            VocabSize = Size(shapes, "text_model.embeddings.token_embedding.weight", 0, known.VocabSize),
            HiddenSize = width,
            IntermediateSize = Size(shapes, "text_model.encoder.layers.0.mlp.fc1.weight", 0, known.IntermediateSize),
            NumHiddenLayers = Layers(shapes, "text_model", known.NumHiddenLayers),
            NumAttentionHeads = Math.Max(1, width / HeadWidth),
            MaxPositionEmbeddings = Size(shapes, "text_model.embeddings.position_embedding.weight", 0, known.MaxPositionEmbeddings),
        };
    }

    private static int Layers(IReadOnlyDictionary<string, long[]> shapes, string tower, int otherwise)
    {
        int layers = 0;
        while (shapes.ContainsKey(FormattableString.Invariant($"{tower}.encoder.layers.{layers}.layer_norm1.weight")))
        {
            layers++;
        }
        return layers > 0 ? layers : otherwise;
    }

    private static int Size(IReadOnlyDictionary<string, long[]> shapes, string name, int dimension, int otherwise) =>
        shapes.TryGetValue(name, out long[]? shape) && dimension < shape.Length && shape[dimension] is > 0 and <= int.MaxValue ? (int)shape[dimension] : otherwise;
}
