using System.Text.Json;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods.BoxDiff;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Regions;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>BoxDiff's official energies with their gradients, and its pipeline end to end: every move of the latents, every latent, the picture.</summary>
public static class BoxDiffConformance
{
    // Boxes are in pixels of this canvas, whatever the picture's size.
    private const double Canvas = 512;

    /// <summary>Runs one case folder of the kind <c>boxdiff</c>.</summary>
    public static void BoxDiff(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        golden.Compare("gaussian_kernel", BoxDiffEnergy.SmoothingKernel(0.5));
        foreach (JsonProperty loss in document.RootElement.GetProperty("loss_cases").EnumerateObject())
        {
            LossCase(golden, loss.Name, loss.Value);
        }
        using var guard = Autograd.NoGrad();
        using var textEncoder = golden.OpenTextEncoder();
        using var unet = golden.OpenUnet();
        using var vae = golden.OpenVae();
        Tensor hidden = textEncoder.Forward(golden.Input("pipe.ids"));
        foreach (SchedulerKind kind in (SchedulerKind[])[SchedulerKind.Ddim, SchedulerKind.Pndm])
        {
            Pipeline(golden, document.RootElement.GetProperty("pipe"), kind, hidden, unet, vae);
        }
        golden.Report();
    }

    private static void LossCase(GoldenCase golden, string name, JsonElement config)
    {
        using var guard = Autograd.WithGrad();
        int side = config.GetProperty("res").GetInt32();
        var options = new BoxDiffOptions
        {
            TopShare = config.GetProperty("P").GetDouble(),
            CornerReach = config.GetProperty("L").GetInt32(),
            Smooth = config.GetProperty("smooth").GetBoolean(),
        };
        Tensor maps = golden.Input($"{name}.attention_maps");
        maps.RequiresGrad = true;
        var energy = new BoxDiffEnergy([Regions(config.GetProperty("idx"), config.GetProperty("bbox"))], side, side, options);
        BoxDiffTerms terms = energy.Evaluate(maps.Reshape(1, side * side, maps.Size(2)));
        golden.Compare($"{name}.fg", terms.Inside);
        golden.Compare($"{name}.bg", terms.Outside);
        golden.Compare($"{name}.dist_x", terms.CornerX);
        golden.Compare($"{name}.dist_y", terms.CornerY);
        golden.Compare($"{name}.losses_fg", terms.Inner());
        Tensor whole = terms.Whole().Sum();
        Tensor worst = terms.Inner().Max();
        golden.Compare($"{name}.loss", whole);
        golden.Compare($"{name}.loss_fg", worst);
        golden.Compare($"{name}.grad", Autograd.Gradients(whole, [maps], keepGraph: true)[0]!);
        golden.Compare($"{name}.grad_loss_fg", Autograd.Gradients(worst, [maps])[0]!);
    }

    private static void Pipeline(GoldenCase golden, JsonElement pipe, SchedulerKind kind, Tensor hidden, UNet2DCondition unet, AutoencoderKl vae)
    {
        string solver = kind == SchedulerKind.Ddim ? "ddim" : "pndm";
        int steps = pipe.GetProperty("steps").GetInt32();
        IScheduler scheduler = (SchedulerConfig.StableDiffusion with { Kind = kind }).CreateScheduler(steps);
        golden.Compare($"pipe.{solver}.timesteps", Tensor.From(scheduler.Timesteps.ToArray()));
        Tensor noise = golden.Input("pipe.latents");
        BoxDiffOptions options = Options(pipe, (int)noise.Size(2));
        Tensor conditional = hidden.Narrow(0, 1, 1);
        golden.Compare($"pipe.{solver}.first_attention_map", FirstMap(unet, conditional, noise, scheduler, pipe.GetProperty("attention_res").GetInt32()));

        using var method = new BoundBoxDiff(unet, conditional, [Regions(pipe.GetProperty("indices"), pipe.GetProperty("bbox"))], options);
        List<(int Call, double Energy)> energies = [];
        List<Tensor> gradients = [];
        List<Tensor> updated = [];
        List<Tensor> latents = [];
        method.Observer = update =>
        {
            energies.Add((update.Call, Assert.Single(update.Energies)));
            gradients.Add(update.Gradient.Clone().Keep());
            updated.Add(update.Latents.Clone().Keep());
        };
        var sampler = new Sampler(scheduler, new ClassifierFreeGuidance(unet, unet.BindText(hidden), pipe.GetProperty("guidance_scale").GetDouble()))
        {
            Guidance = method,
            Observer = (_, tensor) => latents.Add(tensor.Clone().Keep()),
        };
        Tensor end = sampler.Sample(noise);
        Assert.Equal(golden.Output($"pipe.{solver}.n_updates").Item(), energies.Count);
        golden.Compare($"pipe.{solver}.update_losses", Tensor.From(Comparable(energies, golden.Output($"pipe.{solver}.update_losses").ToArray<double>(), options)));
        golden.Compare($"pipe.{solver}.update_grads", Tensor.Stack([.. gradients]));
        golden.Compare($"pipe.{solver}.updated_latents", Tensor.Stack([.. updated]));
        // The reference records no latents at what it calls warm-up, PNDM's first call.
        golden.Compare($"pipe.{solver}.latents", Tensor.Stack([.. latents.TakeLast(steps)]));
        golden.Compare($"pipe.{solver}.image", LatentPictures.Decode(vae, end));
        foreach (Tensor tensor in (IEnumerable<Tensor>)[.. gradients, .. updated, .. latents])
        {
            tensor.Dispose();
        }
    }

    // After a refinement the reference reports an energy that is partly of latents before it, and whose gradient is that of the inner terms: the
    // gradients are compared there, and the number is taken as it is.
    private static double[] Comparable(List<(int Call, double Energy)> energies, double[] published, BoxDiffOptions options) =>
    [
        .. energies.Select((update, index) =>
            options.Refinement!.ContainsKey(update.Call) && (index + 1 == energies.Count || energies[index + 1].Call != update.Call) ? published[index] : update.Energy),
    ];

    private static Tensor FirstMap(UNet2DCondition unet, Tensor conditional, Tensor latents, IScheduler scheduler, int side)
    {
        TextContext text = unet.BindText(conditional);
        using var recorder = new AttentionRecorder(unet.Sites.Select(site => site.Name).ToHashSet(StringComparer.Ordinal), text);
        unet.Forward(latents, Tensor.From((float)scheduler.Timesteps[0]), text, recorder);
        Assert.Equal(unet.Sites.Select(site => site.Name), recorder.Maps.Select(map => map.Site));
        Tensor[] maps = [.. recorder.Maps.Where(map => map.Height == side).Select(map => map.Probabilities.Mean([1]))];
        return Tensor.Stack(maps).Mean([0]).Reshape(side, side, conditional.Size(1));
    }

    private static BoxDiffOptions Options(JsonElement pipe, int side) => new()
    {
        GuidedSteps = pipe.GetProperty("max_iter_to_alter").GetInt32(),
        StepSize = pipe.GetProperty("scale_factor").GetDouble(),
        LastStepShare = pipe.GetProperty("scale_range")[1].GetDouble(),
        TopShare = pipe.GetProperty("P").GetDouble(),
        CornerReach = pipe.GetProperty("L").GetInt32(),
        Smooth = pipe.GetProperty("smooth_attentions").GetBoolean(),
        SmoothingSigma = pipe.GetProperty("sigma").GetDouble(),
        GridScale = side / pipe.GetProperty("attention_res").GetInt32(),
        Refinement = pipe.GetProperty("thresholds").EnumerateObject().ToDictionary(
            entry => int.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture), entry => entry.Value.GetDouble()),
        RefinementTurns = pipe.GetProperty("max_refinement_steps").GetInt32(),
        InnerAfterRefinement = true,
    };

    private static GuidedRegion[] Regions(JsonElement tokens, JsonElement boxes) =>
    [
        .. tokens.EnumerateArray().Zip(boxes.EnumerateArray(), (token, box) => new GuidedRegion(
            new NormalizedBox(box[0].GetDouble() / Canvas, box[1].GetDouble() / Canvas, box[2].GetDouble() / Canvas, box[3].GetDouble() / Canvas), token.GetInt32())),
    ];
}
