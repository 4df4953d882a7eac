using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.Config;

namespace Radl.Diffusion.TextEncoder;

/// <summary>Sizes of a CLIP text encoder: <c>text_encoder/config.json</c>.</summary>
public sealed record ClipTextConfig
{
    // What says how the model was trained or is used, not what it computes.
    internal static readonly string[] HarmlessFields =
    [
        "architectures", "attention_dropout", "bos_token_id", "eos_token_id", "pad_token_id", "dropout", "initializer_factor", "initializer_range", "model_type",
        "projection_dim", "torch_dtype", "transformers_version",
    ];

    public int VocabSize { get; set; } = 49408;

    public int HiddenSize { get; set; } = 768;

    public int IntermediateSize { get; set; } = 3072;

    public int NumHiddenLayers { get; set; } = 12;

    public int NumAttentionHeads { get; set; } = 12;

    public int MaxPositionEmbeddings { get; set; } = 77;

    /// <summary><c>quick_gelu</c> (SD 1.x) or <c>gelu</c>.</summary>
    public string HiddenAct { get; set; } = "quick_gelu";

    public double LayerNormEps { get; set; } = 1e-5;

    /// <summary>Fields that no property has.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }

    /// <summary>Reads and checks a config file.</summary>
    public static ClipTextConfig Read(string path)
    {
        ClipTextConfig config = ConfigFile.Read(path, DiffusionJson.Default.ClipTextConfig);
        NeutralFields.Check(path, config.Rest, HarmlessFields);
        CheckActivation(path, config.HiddenAct);
        return config;
    }

    /// <summary>The sizes of one layer.</summary>
    public ClipLayerSizes Layer() => new(HiddenSize, NumAttentionHeads, IntermediateSize, HiddenAct, LayerNormEps);

    internal static void CheckActivation(string path, string activation)
    {
        if (activation is not ("quick_gelu" or "gelu"))
        {
            throw new NotSupportedException($"{path}: hidden_act '{activation}' is neither quick_gelu nor gelu");
        }
    }
}
