using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>A whole run under an attention control: every step's latents, and the picture.</summary>
internal static class SampledRun
{
    /// <summary>Samples from the case's latents, and compares with <c>pipe.latents</c> and <c>pipe.image</c>.</summary>
    public static void Compare(GoldenCase golden, IScheduler scheduler, IDenoiserComposition guidance, Func<int, IAttentionControl?> control, AutoencoderKl vae)
    {
        List<Tensor> latents = [];
        var sampler = new Sampler(scheduler, guidance)
        {
            Control = control,
            Observer = (_, tensor) => latents.Add(tensor.Clone().Keep()),
        };
        Tensor end = sampler.Sample(golden.Input("latents"));
        golden.Compare("pipe.latents", Tensor.Stack([.. latents]));
        latents.ForEach(tensor => tensor.Dispose());
        golden.Compare("pipe.image", LatentPictures.Decode(vae, end));
    }
}
