using System.Text.Json;
using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>MIGC's official pipeline end to end: its checkpoint's names, its call rule, every latent, the picture.</summary>
public static class MigcUnetConformance
{
    /// <summary>Runs one case folder of the kind <c>migc_unet</c>.</summary>
    public static void MigcUnet(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        JsonElement root = document.RootElement;
        foreach (JsonProperty block in root.GetProperty("ckpt_prefix_to_processor").EnumerateObject())
        {
            Assert.Equal(block.Value.GetString()!.Replace(".processor", "", StringComparison.Ordinal) + "x", MigcCheckpoint.Rename(block.Name + "x"));
        }

        using var textEncoder = golden.OpenTextEncoder();
        using var unet = golden.OpenUnet();
        using var vae = golden.OpenVae();
        using MigcAdapter adapter = MigcAdapter.OpenCheckpoint(golden.PathOf("weights.safetensors"), MigcConfig.For(unet) with { InclusiveSteps = true });

        Tensor ids = golden.Input("ids");
        Tensor hidden = textEncoder.Forward(ids);
        Tensor pooled = ClipTextModel.Pool(hidden, ids);
        golden.Compare("prompt_embeds", hidden);
        golden.Compare("embeds_pooler", pooled.Narrow(0, 1, pooled.Size(0) - 1).Unsqueeze(1));
        LayoutConditions conditions = Conditions(root, hidden, pooled);
        TextContext text = unet.BindText(hidden.Narrow(0, 0, 2));
        SingleCalls(golden, adapter, unet, conditions, text);
        Pipeline(golden, root, adapter, unet, vae, conditions, text);
        golden.Report();
    }

    private static void SingleCalls(GoldenCase golden, MigcAdapter adapter, UNet2DCondition unet, LayoutConditions conditions, TextContext text)
    {
        Tensor latents = golden.Input("latents");
        Tensor both = Tensor.Cat([latents, latents], 0);
        Tensor time = Tensor.From(500L);
        var binding = new LayoutBinding { UnconditionalRows = 1, ControlSteps = 0 };
        golden.Compare("unet.vanilla", unet.Forward(both, time, text));
        using (var migc = new Permuted(adapter, conditions, binding, golden.Input("unet.randperm")))
        {
            golden.Compare("unet.migc", unet.Forward(both, time, text, migc.ForStep(0)));
        }
        using (var fused = new Permuted(adapter, conditions, binding with { NaiveFuserSteps = 1 }, golden.Input("unet.randperm")))
        {
            golden.Compare("unet.migc_and_naive", unet.Forward(both, time, text, fused.ForStep(0)));
        }
        using BoundLayout naive = adapter.Bind(conditions, binding with { NaiveFuserSteps = 1 });
        golden.Compare("unet.naive", unet.Forward(both, time, text, naive.ForStep(1)));
    }

    private static void Pipeline(
        GoldenCase golden, JsonElement root, MigcAdapter adapter, UNet2DCondition unet, AutoencoderKl vae, LayoutConditions conditions, TextContext text)
    {
        IScheduler scheduler = SchedulerConfig.Parse(root.GetProperty("scheduler").GetRawText(), golden.Name)
            .CreateScheduler(root.GetProperty("num_inference_steps").GetInt32());
        golden.Compare("pipe.timesteps", Tensor.From(scheduler.Timesteps.ToArray()));
        var binding = new LayoutBinding { UnconditionalRows = 1, ControlSteps = root.GetProperty("MIGCsteps").GetInt32() };
        using var control = new Permuted(adapter, conditions, binding, golden.Input("pipe.randperm"));
        SampledRun.Compare(golden, scheduler, new ClassifierFreeGuidance(unet, text, root.GetProperty("guidance_scale").GetDouble()), control.ForStep, vae);
        Assert.True(control.IsUsedUp, "the reference drew more permutations than layers were reached");
    }

    private static LayoutConditions Conditions(JsonElement root, Tensor hidden, Tensor pooled)
    {
        double[][] boxes = [.. root.GetProperty("bboxes")[0].EnumerateArray().Select(box => box.EnumerateArray().Select(side => side.GetDouble()).ToArray())];
        RegionMasks masks = RegionMasks.Of(
            [.. boxes.Select(box => new SceneInstance { Label = "x", Box = new NormalizedBox(box[0], box[1], box[2], box[3]) })],
            root.GetProperty("width").GetInt32(),
            root.GetProperty("height").GetInt32(),
            8);
        return new LayoutConditions
        {
            Counts = [boxes.Length],
            Negative = hidden.Narrow(0, 0, 1),
            Prompts = hidden.Narrow(0, 1, 1),
            Labels = hidden.Narrow(0, 2, boxes.Length),
            Pooled = pooled.Narrow(0, 2, boxes.Length),
            Boxes = [.. boxes.Select(box => new LayoutBox(box[0], box[1], box[2], box[3]))],
            Masks = Tensor.From<float>(masks.Instances, masks.Count, masks.Height, masks.Width),
            Background = Tensor.From<float>(masks.Background, 1, masks.Height, masks.Width),
        };
    }

    // The reference draws a new order of slots at every call of a layer; here each call has a binding with its order.
    private sealed class Permuted(MigcAdapter adapter, LayoutConditions conditions, LayoutBinding binding, Tensor orders) : IDisposable
    {
        private readonly HashSet<string> _sites = [.. adapter.Config.Sites.Select(site => site.Name)];
        private readonly BoundLayout[] _bound =
        [
            .. Enumerable.Range(0, (int)orders.Size(0)).Select(call => adapter.Bind(
                conditions, binding with { Permutation = Array.ConvertAll(orders.Select(0, call).ToArray<long>(), slot => (int)slot) })),
        ];

        private int _calls;

        public bool IsUsedUp => _calls == _bound.Length;

        public IAttentionControl? ForStep(int step) => _bound[0].ForStep(step) is null ? null : new OfStep(this, step);

        public void Dispose()
        {
            foreach (BoundLayout bound in _bound)
            {
                bound.Dispose();
            }
        }

        private sealed class OfStep(Permuted owner, int step) : IAttentionControl
        {
            public Tensor? Attend(AttentionSite site, Tensor hidden, int height, int width) =>
                owner._bound[owner._sites.Contains(site.Name) ? owner._calls++ : 0].ForStep(step)!.Attend(site, hidden, height, width);
        }
    }
}
