using Radl.Cli.Terminal;
using Radl.Diffusion.Clip;
using Radl.Diffusion.Models;
using Radl.Diffusion.Vae;
using Radl.Evaluation.Clip;
using Radl.Torch;
using Radl.Training.Stages;

namespace Radl.Cli.Commands;

/// <summary><c>radl evaluate clip</c>: measures the CLIP that other measurements are made with.</summary>
internal static class ClipEvaluation
{
    public static int Run(string modelFolder, int scenes, CommandContext context)
    {
        using ClipEncoder clip = ClipEncoder.Open(Path.Combine(modelFolder, ModelFolder.Clip), DType.Float32, Device.Cpu);
        using AutoencoderKl codec = ModelFiles.OpenVae(modelFolder, DType.Float32, Device.Cpu);
        context.Output.WriteLine($"drawn: {ClipRetrieval.Measure(clip, codec: null, scenes)}");
        context.Output.WriteLine($"codec: {ClipRetrieval.Measure(clip, codec, scenes)}");
        return ExitCodes.Done;
    }
}
