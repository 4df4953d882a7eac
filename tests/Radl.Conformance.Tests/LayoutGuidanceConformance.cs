using System.Text.Json;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.Tokenizer;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Methods.LayoutGuidance;
using Radl.Layout.Regions;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>Layout guidance's official energy with its gradients, and its sampling loop end to end: every move of the latents and every step.</summary>
public static class LayoutGuidanceConformance
{
    /// <summary>Runs one case folder of the kind <c>layout_guidance</c>.</summary>
    public static void LayoutGuidance(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        JsonElement root = document.RootElement;
        Positions(golden, root.GetProperty("Pharse2idx"));
        foreach (JsonProperty loss in root.GetProperty("loss_cases").EnumerateObject())
        {
            LossCase(golden, loss.Name, loss.Value);
        }
        using var guard = Autograd.NoGrad();
        using var textEncoder = golden.OpenTextEncoder();
        using var unet = golden.OpenUnet();
        Tensor hidden = textEncoder.Forward(golden.Input("pipe.ids"));
        Pipeline(golden, root.GetProperty("pipe"), hidden, unet);
        golden.Report();
    }

    // Where the reference's counting of words is right, the tokenizer's offsets find the same tokens.
    private static void Positions(GoldenCase golden, JsonElement cases)
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(golden.Neighbour("tokenizer"));
        foreach (JsonElement one in cases.EnumerateArray())
        {
            string[] labels = [.. one[1].GetString()!.Split(';').Select(label => label.Trim())];
            TokenPlaces places = TokenPlaces.Find(tokenizer, one[0].GetString()!, labels);
            Assert.Empty(places.Warnings);
            Assert.Equal(one[2].EnumerateArray().Select(Ints), places.Places.Select(place => place.Words));
        }
    }

    private static void LossCase(GoldenCase golden, string name, JsonElement config)
    {
        using var guard = Autograd.WithGrad();
        string[] parts = ["mid.0", "up.0", "up.1", "up.2"];
        Tensor[] maps = [.. parts.Select(part => golden.Input($"{name}.{part}"))];
        foreach (Tensor map in maps)
        {
            map.RequiresGrad = true;
        }
        SiteAttention[] sites = [.. parts.Zip(maps, (part, map) => Site(part, map, config.GetProperty(part.StartsWith("mid", StringComparison.Ordinal) ? "mid_res" : "up_res").GetInt32()))];
        Tensor energy = LayoutGuidanceEnergy.Evaluate(sites, [Regions(config.GetProperty("boxes"), config.GetProperty("pos"))]).Sum();
        golden.Compare($"{name}.loss", energy);
        Tensor?[] gradients = Autograd.Gradients(energy, maps);
        for (int part = 0; part < parts.Length; part++)
        {
            golden.Compare($"{name}.grad.{parts[part]}", gradients[part]!);
        }
    }

    private static SiteAttention Site(string name, Tensor heads, int side) => new(name, side, side, heads.Unsqueeze(0));

    private static void Pipeline(GoldenCase golden, JsonElement pipe, Tensor hidden, UNet2DCondition unet)
    {
        var scheduler = (LmsScheduler)(SchedulerConfig.StableDiffusion with { Kind = SchedulerKind.Lms }).CreateScheduler(pipe.GetProperty("timesteps").GetInt32());
        golden.Compare("pipe.timesteps", Tensor.From(scheduler.Timesteps.ToArray()));
        golden.Compare("pipe.sigmas", Tensor.From(scheduler.Sigmas.ToArray()));
        golden.Compare("pipe.init_noise_sigma", Tensor.From(scheduler.InitNoiseSigma));
        Tensor noise = golden.Input("pipe.latents");
        Tensor conditional = hidden.Narrow(0, 1, 1);
        FirstCall(golden, unet, conditional, scheduler.ScaleInput(noise * scheduler.InitNoiseSigma, 0));

        double scale = pipe.GetProperty("loss_scale").GetDouble();
        var options = new LayoutGuidanceOptions
        {
            GuidedSteps = pipe.GetProperty("max_index_step").GetInt32(),
            Repeats = pipe.GetProperty("max_iter").GetInt32(),
            Threshold = pipe.GetProperty("loss_threshold").GetDouble(),
            Scale = scale,
        };
        using var method = new BoundLayoutGuidance(unet, conditional, [Regions(pipe.GetProperty("bboxes"), pipe.GetProperty("object_positions"))], options);
        List<double> energies = [];
        List<Tensor> gradients = [];
        List<Tensor> before = [];
        List<Tensor> inputs = [];
        List<Tensor> outputs = [];
        method.Observer = update =>
        {
            energies.Add(Assert.Single(update.Energies));
            // With respect to the latents, which are larger than the model's input, and of the scaled energy.
            double sigma = scheduler.Sigma(update.Call);
            Tensor gradient = (update.Gradient * (scale / Math.Sqrt((sigma * sigma) + 1))).Keep();
            gradients.Add(gradient);
            before.Add((update.Latents + (gradient * (sigma * sigma))).Keep());
        };
        var plain = new ClassifierFreeGuidance(unet, unet.BindText(hidden), pipe.GetProperty("classifier_free_guidance").GetDouble());
        var sampler = new Sampler(scheduler, new Recorder(plain, inputs)) { Guidance = method, Observer = (_, tensor) => outputs.Add(tensor.Clone().Keep()) };
        Tensor end = sampler.Sample(noise);
        golden.Compare("pipe.losses", Tensor.From(energies.ToArray()));
        golden.Compare("pipe.grads", Tensor.Stack([.. gradients]));
        golden.Compare("pipe.latents_before_update", Tensor.Stack([.. before]));
        golden.Compare("pipe.step_inputs", Tensor.Stack([.. inputs]));
        golden.Compare("pipe.step_outputs", Tensor.Stack([.. outputs]));
        golden.Compare("pipe.final_scaled_latents", end / 0.18215);
        foreach (Tensor tensor in (IEnumerable<Tensor>)[.. gradients, .. before, .. inputs, .. outputs])
        {
            tensor.Dispose();
        }
    }

    private static void FirstCall(GoldenCase golden, UNet2DCondition unet, Tensor conditional, Tensor input)
    {
        TextContext text = unet.BindText(conditional);
        string[] sites =
        [
            "mid_block.attentions.0.transformer_blocks.0.attn2",
            .. Enumerable.Range(0, 3).Select(k => $"up_blocks.1.attentions.{k}.transformer_blocks.0.attn2"),
        ];
        using var recorder = new AttentionRecorder(sites.ToHashSet(StringComparer.Ordinal), text);
        golden.Compare("first.noise_pred", unet.Forward(input, Tensor.From(999f), text, recorder));
        Assert.Equal(sites, recorder.Maps.Select(map => map.Site));
        string[] names = ["first.mid.0", "first.up.0", "first.up.1", "first.up.2"];
        for (int k = 0; k < names.Length; k++)
        {
            golden.Compare(names[k], recorder.Maps[k].Probabilities.Select(0, 0).Narrow(0, 0, 2).Narrow(2, 0, 13));
        }
    }

    private static GuidedRegion[] Regions(JsonElement boxes, JsonElement positions) =>
        [.. boxes.EnumerateArray().Zip(positions.EnumerateArray(), (list, tokens) => new GuidedRegion([.. list.EnumerateArray().Select(Box)], Ints(tokens)))];

    private static NormalizedBox Box(JsonElement box) => new(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble());

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    // Keeps the latents that each step begins with.
    private sealed class Recorder(ClassifierFreeGuidance guidance, List<Tensor> inputs) : IDenoiserComposition
    {
        public SchedulerStep Advance(SamplerCall call, Tensor latents, SolverState state)
        {
            inputs.Add(latents.Clone().Keep());
            return guidance.Advance(call, latents, state);
        }
    }
}
