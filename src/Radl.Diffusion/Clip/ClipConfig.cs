using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.Config;
using Radl.Diffusion.TextEncoder;

namespace Radl.Diffusion.Clip;

/// <summary>Sizes of a CLIP: <c>config.json</c> in transformers' layout.</summary>
public sealed record ClipConfig
{
    // Published configs carry every default of transformers' text generation along, in both sections.
    private static readonly string[] Generation =
    [
        "id2label", "label2id", "max_length", "return_dict", "top_k", "torchscript", "use_cache", "text_config_dict", "vision_config_dict",
    ];

    /// <summary>Width of the space that pictures and texts share.</summary>
    public int ProjectionDim { get; set; } = 512;

    /// <summary>Where the logarithm of the scale of similarities begins in training: ln(1 / 0.07).</summary>
    public double LogitScaleInitValue { get; set; } = 2.6592;

    /// <summary>The text tower.</summary>
    public ClipTextConfig TextConfig { get; set; } = new() { HiddenSize = 512, IntermediateSize = 2048, NumAttentionHeads = 8 };

    /// <summary>The vision tower.</summary>
    public ClipVisionConfig VisionConfig { get; set; } = new();

    /// <summary>Fields that no property has.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }

    /// <summary>Reads and checks a config file.</summary>
    /// <exception cref="NotSupportedException">A field asks for something that is not there; file and field are named.</exception>
    public static ClipConfig Read(string path)
    {
        ClipConfig config = ConfigFile.Read(path, DiffusionJson.Default.ClipConfig);
        string[] harmless = [.. ClipTextConfig.HarmlessFields, .. Generation];
        NeutralFields.Check(path, config.Rest, harmless);
        NeutralFields.Check($"{path}: text_config", config.TextConfig.Rest, harmless);
        NeutralFields.Check($"{path}: vision_config", config.VisionConfig.Rest, harmless);
        ClipTextConfig.CheckActivation($"{path}: text_config", config.TextConfig.HiddenAct);
        ClipTextConfig.CheckActivation($"{path}: vision_config", config.VisionConfig.HiddenAct);
        return config;
    }
}
