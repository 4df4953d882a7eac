using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.TextEncoder;

namespace Radl.Diffusion.Clip;

/// <summary>Sizes of a CLIP's vision tower: the section <c>vision_config</c> of its <c>config.json</c>. The defaults are those of ViT-B/32.</summary>
public sealed record ClipVisionConfig
{
    public int HiddenSize { get; set; } = 768;

    public int IntermediateSize { get; set; } = 3072;

    public int NumHiddenLayers { get; set; } = 12;

    public int NumAttentionHeads { get; set; } = 12;

    public int NumChannels { get; set; } = 3;

    /// <summary>Side of the pictures in pixels.</summary>
    public int ImageSize { get; set; } = 224;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; set; } = 32;

    /// <summary><c>quick_gelu</c> or <c>gelu</c>.</summary>
    public string HiddenAct { get; set; } = "quick_gelu";

    public double LayerNormEps { get; set; } = 1e-5;

    /// <summary>Fields that no property has.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }

    /// <summary>Patches of a picture; what a side leaves over is not seen.</summary>
    [JsonIgnore]
    public int Patches => ImageSize / PatchSize * (ImageSize / PatchSize);

    /// <summary>The sizes of one layer.</summary>
    public ClipLayerSizes Layer() => new(HiddenSize, NumAttentionHeads, IntermediateSize, HiddenAct, LayerNormEps);
}
