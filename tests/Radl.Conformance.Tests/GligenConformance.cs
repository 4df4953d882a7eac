using System.Text.Json;
using Radl.Diffusion.Config;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>GLIGEN against the official modules and pipeline: the fuser, the tokens, a call of the U-Net, every latent under scheduled sampling, the picture.</summary>
public static class GligenConformance
{
    private const string Unet = "unet.";

    /// <summary>Runs one case folder of the kind <c>gligen</c>.</summary>
    public static void Gligen(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        JsonElement root = document.RootElement;
        using (Weights weights = Weights.Open(golden.PathOf("weights.safetensors")))
        {
            Fuser(golden, root.GetProperty("gsa"), weights / "gsa");
            Tokens(golden, root.GetProperty("pos"), weights / "pos");
        }

        using var textEncoder = golden.OpenTextEncoder();
        using var unet = new UNet2DCondition(
            Weights.From(FileWeights.Open(golden.PathOf("weights.safetensors"), key => key.StartsWith(Unet, StringComparison.Ordinal) && GligenCheckpoint.Rename(key) is null ? key[Unet.Length..] : null)),
            JsonSerializer.Deserialize(root.GetProperty("unet"), DiffusionJson.Default.UNetConfig)!);
        using var vae = golden.OpenVae();
        using GligenAdapter adapter = GligenAdapter.OpenCheckpoint(golden.PathOf("weights.safetensors"), GligenConfig.For(unet));

        Tensor hidden = textEncoder.Forward(golden.Input("prompt_ids"));
        golden.Compare("prompt_embeds", hidden);
        LayoutConditions conditions = Conditions(golden, textEncoder, hidden);
        golden.Compare("phrase_pooled", conditions.Pooled);
        TextContext text = unet.BindText(hidden);
        SingleCalls(golden, adapter, unet, conditions, text);
        Pipeline(golden, root.GetProperty("pipe"), adapter, unet, vae, conditions, text);
        golden.Report();
    }

    private static void Fuser(GoldenCase golden, JsonElement config, Weights weights)
    {
        var fuser = new GatedSelfAttention(
            weights, config.GetProperty("query_dim").GetInt64(), config.GetProperty("n_heads").GetInt32(), config.GetProperty("context_dim").GetInt64());
        (Tensor keys, Tensor values) = fuser.Bind(golden.Input("gsa.objs"));
        golden.Compare("gsa.out", fuser.Forward(golden.Input("gsa.x"), keys, values));
    }

    private static void Tokens(GoldenCase golden, JsonElement root, Weights weights)
    {
        var config = new GligenConfig
        {
            ContextWidth = root.GetProperty("out_dim").GetInt64(),
            PositionHidden = root.GetProperty("hidden").GetInt64(),
            FourierFrequencies = root.GetProperty("fourier_freqs").GetInt32(),
            FourierTemperature = root.GetProperty("temperature").GetDouble(),
            Blocks = [],
        };
        Tensor boxes = golden.Input("pos.boxes");
        LayoutBox[] all = Boxes(boxes.Reshape(-1, 4));
        golden.Compare("pos.fourier", Tensor.From<float>(
            GroundingTokens.Fourier(all, config.FourierFrequencies, (float)config.FourierTemperature), boxes.Size(0), boxes.Size(1), 8L * config.FourierFrequencies));

        float[] masks = golden.Input("pos.masks").ToArray<float>();
        int[] valid = [.. Enumerable.Range(0, masks.Length).Where(place => masks[place] == 1)];
        Assert.InRange(valid.Length, 1, masks.Length - 1);
        Tensor pooled = golden.Input("pos.positive_embeddings").Reshape(-1, config.ContextWidth).IndexSelect(0, Tensor.From(valid.Select(place => (long)place).ToArray()));
        Tensor tokens = new GroundingTokens(weights, config).Forward(pooled, [.. valid.Select(place => all[place])]);
        Tensor places = tokens.IndexSelect(0, Tensor.From(Enumerable.Range(0, masks.Length).Select(place => 1L + Array.IndexOf(valid, place)).ToArray()));
        golden.Compare("pos.out", places.Reshape(boxes.Size(0), boxes.Size(1), config.ContextWidth));
    }

    private static void SingleCalls(GoldenCase golden, GligenAdapter adapter, UNet2DCondition unet, LayoutConditions conditions, TextContext text)
    {
        Tensor latents = golden.Input("latents");
        Tensor both = Tensor.Cat([latents, latents], 0);
        Tensor time = Tensor.From(500L);
        golden.Compare("unet.t500.without", unet.Forward(both, time, text));
        using IBoundMethod bound = adapter.Bind(conditions, new LayoutBinding { UnconditionalRows = 1, ControlSteps = 1 });
        golden.Compare("unet.t500.with", unet.Forward(both, time, text, bound.ForStep(0)));
        Assert.Null(bound.ForStep(1));

        using Weights weights = Weights.Open(golden.PathOf("weights.safetensors"));
        Tensor tokens = new GroundingTokens(weights / "unet" / "position_net", adapter.Config).Forward(conditions.Pooled, conditions.Boxes);
        Tensor nothing = tokens.Narrow(0, 0, 1).Expand(adapter.Config.GroundingTokens, -1);
        Tensor conditional = Tensor.Cat([tokens.Narrow(0, 1, tokens.Size(0) - 1), nothing.Narrow(0, 0, adapter.Config.GroundingTokens - conditions.Boxes.Count)], 0);
        golden.Compare("unet.objs", Tensor.Stack([nothing, conditional]));
    }

    private static void Pipeline(
        GoldenCase golden, JsonElement pipe, GligenAdapter adapter, UNet2DCondition unet, AutoencoderKl vae, LayoutConditions conditions, TextContext text)
    {
        Assert.Equal(adapter.Config.GroundingTokens, pipe.GetProperty("max_objs").GetInt32());
        IScheduler scheduler = SchedulerConfig.StableDiffusion.WithScheduler("ddim").CreateScheduler(pipe.GetProperty("steps").GetInt32());
        int grounded = GligenAdapter.GroundedSteps(scheduler.Timesteps.Count, pipe.GetProperty("gligen_scheduled_sampling_beta").GetDouble());
        Assert.Equal(3, grounded);
        using IBoundMethod bound = adapter.Bind(conditions, new LayoutBinding { UnconditionalRows = 1, ControlSteps = grounded });
        SampledRun.Compare(golden, scheduler, new ClassifierFreeGuidance(unet, text, pipe.GetProperty("guidance_scale").GetDouble()), bound.ForStep, vae);
    }

    private static LayoutConditions Conditions(GoldenCase golden, ClipTextModel textEncoder, Tensor hidden)
    {
        Tensor ids = golden.Input("phrase_ids");
        Tensor labels = textEncoder.Forward(ids);
        LayoutBox[] boxes = Boxes(golden.Input("boxes"));
        return new LayoutConditions
        {
            Counts = [boxes.Length],
            Negative = hidden.Narrow(0, 0, 1),
            Prompts = hidden.Narrow(0, 1, 1),
            Labels = labels,
            Pooled = ClipTextModel.Pool(labels, ids),
            Boxes = boxes,
            Masks = Tensor.Zeros([boxes.Length, 16, 16]),
            Background = Tensor.Zeros([1, 16, 16]),
        };
    }

    private static LayoutBox[] Boxes(Tensor rows) => [.. rows.ToArray<float>().Chunk(4).Select(box => new LayoutBox(box[0], box[1], box[2], box[3]))];
}
