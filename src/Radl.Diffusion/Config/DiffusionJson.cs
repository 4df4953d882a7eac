using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;

namespace Radl.Diffusion.Config;

/// <summary>Generated readers and writers of the component configs, with diffusers' field names.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(UNetConfig))]
[JsonSerializable(typeof(VaeConfig))]
[JsonSerializable(typeof(ClipTextConfig))]
[JsonSerializable(typeof(ClipConfig))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class DiffusionJson : JsonSerializerContext;
