using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>The tiny models of neighbouring case folders, which the cases of whole pipelines share; the caller disposes them.</summary>
internal static class NeighbourModels
{
    public static ClipTextModel OpenTextEncoder(this GoldenCase golden) => new(WeightsOf(golden, "clip_text"), ClipTextConfig.Read(ConfigOf(golden, "clip_text")));

    public static UNet2DCondition OpenUnet(this GoldenCase golden) => new(WeightsOf(golden, "unet"), UNetConfig.Read(ConfigOf(golden, "unet")));

    public static AutoencoderKl OpenVae(this GoldenCase golden) => new(WeightsOf(golden, "vae"), VaeConfig.Read(ConfigOf(golden, "vae")));

    private static Weights WeightsOf(GoldenCase golden, string kind) => Weights.Open(Path.Combine(golden.Neighbour(kind), "weights.safetensors"));

    private static string ConfigOf(GoldenCase golden, string kind) => Path.Combine(golden.Neighbour(kind), "config.json");
}
