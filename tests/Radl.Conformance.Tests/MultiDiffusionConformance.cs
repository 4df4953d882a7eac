using System.Text.Json;
using Radl.Diffusion.Attention;
using Radl.Diffusion.Sampling;
using Radl.Diffusion.Schedulers;
using Radl.Layout.Methods;
using Radl.Layout.Methods.MultiDiffusion;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>MultiDiffusion's region-based pipeline and its panoramas: the windows, and the latents after every step.</summary>
public static class MultiDiffusionConformance
{
    /// <summary>Runs one case folder of the kind <c>multidiffusion</c>.</summary>
    public static void MultiDiffusion(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("config.json")));
        JsonElement root = document.RootElement;
        Views(root);
        SchedulerConfig published = SchedulerConfig.Parse(
            root.GetProperty("scheduler").GetRawText().Replace("{", """{ "_class_name": "DDIMScheduler", """, StringComparison.Ordinal), golden.Name);
        IScheduler scheduler = published.CreateScheduler(root.GetProperty("steps").GetInt32());
        golden.Compare("region.timesteps", Tensor.From(scheduler.Timesteps.ToArray()));

        Tensor masks = golden.Input("masks").Squeeze(1);
        Tensor texts = golden.Input("text_embeds");
        int regions = (int)masks.Size(0) - 1;
        // Boxes matter only to regions that no pixel holds; none is here.
        using (var rows = new RegionRows([regions], masks.Narrow(0, 1, regions), Enumerable.Repeat(new LayoutBox(0, 0, 1, 1), regions).ToArray()))
        {
            Compare(golden, root, "region", scheduler, rows, texts, bootstrap: true);
        }
        using var whole = new RegionRows([0], masks.Narrow(0, 0, 0), []);
        Tensor one = Tensor.Cat([texts.Narrow(0, 0, 1), texts.Narrow(0, regions + 1, 1)], 0);
        Compare(golden, root, "panorama", scheduler, whole, one, bootstrap: false);
        golden.Report();
    }

    private static void Compare(GoldenCase golden, JsonElement root, string part, IScheduler scheduler, RegionRows rows, Tensor texts, bool bootstrap)
    {
        Tensor pattern = golden.Input("pattern");
        Tensor strength = texts.Mean([1, 2]).Reshape(-1, 1, 1, 1);
        Tensor Model(Tensor latents, Tensor timestep, IAttentionControl? control) =>
            (latents * 0.1) + (strength * pattern) + ((timestep / 1000).Sin() * strength);
        IReadOnlyList<LatentWindow> windows = LatentWindow.Over(
            rows.Height, rows.Width, root.GetProperty("window_size").GetInt32(), root.GetProperty("stride").GetInt32(), coverEdges: false);
        // The reference picks for the regions alone.
        Tensor picks = golden.Input("bg_picks");
        var colours = new Bootstrap(
            root.GetProperty("bootstrapping").GetInt32(), golden.Input("backgrounds"), Tensor.Cat([Tensor.Zeros([picks.Size(0), 1], DType.Int64), picks], 1));
        using var composition = new RegionComposition(Model, root.GetProperty("guidance_scale").GetDouble(), rows, windows, _ => bootstrap ? colours : null);
        List<Tensor> latents = [];
        new Sampler(scheduler, composition) { Observer = (_, tensor) => latents.Add(tensor.Clone().Keep()) }.Sample(golden.Input("latent"));
        golden.Compare($"{part}.latents", Tensor.Stack([.. latents]));
        latents.ForEach(tensor => tensor.Dispose());
    }

    private static void Views(JsonElement root)
    {
        foreach (JsonProperty size in root.GetProperty("views").EnumerateObject())
        {
            int[] sides = Array.ConvertAll(size.Name.Split('x'), int.Parse);
            LatentWindow[] expected = [.. size.Value.EnumerateArray().Select(view => new LatentWindow(view[0].GetInt32(), view[1].GetInt32(), view[2].GetInt32(), view[3].GetInt32()))];
            Assert.Equal(
                expected,
                LatentWindow.Over(
                    sides[0] / 8, sides[1] / 8, root.GetProperty("window_size").GetInt32(), root.GetProperty("stride").GetInt32(), coverEdges: false));
        }
    }
}
