using System.Text.Json;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>Text to picture, end to end: every latent, every guided prediction and every pixel.</summary>
public static class SdPipelineConformance
{
    public static void SdPipeline(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new GoldenCase(name);
        using var textEncoder = golden.OpenTextEncoder();
        using var unet = golden.OpenUnet();
        using var vae = golden.OpenVae();
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        double scale = config.RootElement.GetProperty("guidance_scale").GetDouble();
        SchedulerConfig published = SchedulerConfig.Parse(
            config.RootElement.GetProperty("scheduler").GetRawText().Replace("{", """{ "_class_name": "DDIMScheduler", """, StringComparison.Ordinal), golden.Name);

        Tensor hidden = textEncoder.Forward(golden.Input("ids"));
        TextContext text = unet.BindText(hidden);
        foreach (string solver in golden.OutputNames.Select(output => output.Split('.')[0]).Distinct().ToArray())
        {
            golden.Compare($"{solver}.text_embeddings", hidden);
            int calls = (int)golden.Output($"{solver}.timesteps").Count;
            // The published PNDM file skips Runge-Kutta, and repeats one step.
            SchedulerConfig chosen = published.WithScheduler(solver) with { SkipPrkSteps = true };
            IScheduler scheduler = chosen.CreateScheduler(solver == "pndm" ? calls - 1 : calls);
            golden.Compare($"{solver}.timesteps", Tensor.From(scheduler.Timesteps.ToArray()));
            ComparePictures(golden, solver, vae, CompareLatents(golden, solver, scheduler, new ClassifierFreeGuidance(unet, text, scale)));
        }
        golden.Report();
    }

    private static Tensor CompareLatents(GoldenCase golden, string solver, IScheduler scheduler, ClassifierFreeGuidance guidance)
    {
        Tensor noise = golden.Input("latents");
        List<Tensor> latents = [noise * scheduler.InitNoiseSigma];
        List<Tensor> predictions = [];
        var sampler = new Sampler(scheduler, new Recorder(guidance, predictions)) { Observer = (_, tensor) => latents.Add(tensor.Clone().Keep()) };
        Tensor end = sampler.Sample(noise);
        golden.Compare($"{solver}.noise_pred", Tensor.Stack([.. predictions]));
        golden.Compare($"{solver}.latents", Tensor.Stack([.. latents]));
        latents.ForEach(tensor => tensor.Dispose());
        predictions.ForEach(tensor => tensor.Dispose());
        return end;
    }

    private static void ComparePictures(GoldenCase golden, string solver, AutoencoderKl vae, Tensor latents)
    {
        golden.Compare($"{solver}.decoded", vae.Decode(latents / vae.Config.ScalingFactor));
        Tensor picture = LatentPictures.Decode(vae, latents);
        golden.Compare($"{solver}.image", picture);
        if (golden.OutputNames.Contains($"{solver}.image_u8"))
        {
            Assert.True(golden.Output($"{solver}.image_u8").MaxDifference(LatentPictures.ToBytes(picture)) <= 1, $"{golden.Name}: {solver}.image_u8 differs by more than rounding");
        }
    }

    // Keeps every guided prediction beside the plain step.
    private sealed class Recorder(ClassifierFreeGuidance guidance, List<Tensor> predictions) : IDenoiserComposition
    {
        public SchedulerStep Advance(SamplerCall call, Tensor latents, SolverState state)
        {
            Tensor prediction = guidance.Predict(call, latents);
            predictions.Add(prediction.Clone().Keep());
            return call.Scheduler.Step(prediction, call.Index, latents, state, call.Noise);
        }
    }
}
