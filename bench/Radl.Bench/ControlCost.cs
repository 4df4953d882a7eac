using System.Diagnostics;
using System.Globalization;
using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Layout.Methods.RadlMethod;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Bench;

/// <summary>What RaDL's control adds to a denoising step, as a ratio: plain and controlled steps take turns in one run.</summary>
internal static class ControlCost
{
    private const string ScenePath = "examples/crowd.json";
    private const string ToyUnet = "models/toybox/unet/config.json";
    private const string ToyAdapter = "models/toybox/adapters/radl/config.json";

    /// <summary>Writes the report.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="fullSize">Also measures the U-Net of Stable Diffusion v1.4.</param>
    public static void Write(TextWriter output, bool fullSize)
    {
        using var guard = Autograd.NoGrad();
        Scene scene = SceneReader.ReadFile(ScenePath);
        output.WriteLine("# What control costs");
        output.WriteLine();
        MachineHeader.Write(output);
        output.WriteLine($"- random weights, bf16, channels-last, guidance (batch 2), the {scene.Instances.Count} instances of {ScenePath}; runs of plain and of controlled steps in turns, as the two halves of a picture; the first turn is not counted; threads as generate uses them");
        output.WriteLine();
        output.WriteLine("| U-Net | latents | threads | turns x steps | plain step, s (median; least to most) | controlled step, s | ratio of medians | of least | wanted |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        using (var toy = Random(UNetConfig.Read(ToyUnet)))
        {
            Row(output, "Toybox", toy, RadlConfig.Parse(File.ReadAllText(ToyAdapter), ToyAdapter), scene, tokens: 40, threads: 1, turns: 10, steps: 30, wanted: 1.35);
        }
        if (fullSize)
        {
            using UNet2DCondition full = Random(new UNetConfig());
            Row(output, "Stable Diffusion v1.4", full, RadlConfig.For(full, 64, 64), scene, tokens: 77, threads: TorchRuntime.Threads, turns: 3, steps: 2, wanted: 1.08);
        }
    }

    private static UNet2DCondition Random(UNetConfig config) =>
        new(Weights.From(new FreshWeights(1), DType.BFloat16, format: MemoryFormat.ChannelsLast), config);

    private static void Row(TextWriter output, string name, UNet2DCondition unet, RadlConfig config, Scene scene, int tokens, int threads, int turns, int steps, double wanted)
    {
        int before = TorchRuntime.Threads;
        TorchRuntime.Threads = threads;
        using var scope = TensorScope.Enter();
        using var generator = new Generator(2);
        int side = unet.Config.SampleSize;
        long width = unet.Config.CrossAttentionDim;
        Tensor latents = Random(2, unet.Config.InChannels, side, side);
        Tensor prompts = Random(2, tokens, width);
        using RadlAdapter adapter = RadlAdapter.Create(config, 3, DType.BFloat16);
        IReadOnlyList<SceneInstance> instances = scene.Instances;
        RegionMasks masks = RegionMasks.Of(instances, side, side, 1, MaskReduction.Area);
        using BoundLayout bound = adapter.Bind(
            new LayoutConditions
            {
                Counts = [instances.Count],
                Prompts = prompts.Narrow(0, 1, 1),
                Negative = prompts.Narrow(0, 0, 1),
                Labels = Random(instances.Count, tokens, width),
                Pooled = Random(instances.Count, width),
                Verbs = Random(1, tokens - 1, width),
                HasVerbs = [true],
                Boxes = [.. instances.Select(instance => new LayoutBox(instance.Box.X1, instance.Box.Y1, instance.Box.X2, instance.Box.Y2))],
                Masks = Tensor.From<float>(masks.Instances, masks.Count, masks.Height, masks.Width),
                Background = Tensor.From<float>(masks.Background, 1, masks.Height, masks.Width),
            },
            new LayoutBinding { UnconditionalRows = 1 });
        TextContext context = unet.BindText(prompts);
        Tensor time = Tensor.From(481L);
        var plain = new List<double>();
        var controlled = new List<double>();
        for (int i = 0; i <= turns; i++)
        {
            double[] first = Enumerable.Range(0, steps).Select(_ => Seconds(null)).ToArray();
            double[] second = Enumerable.Range(0, steps).Select(_ => Seconds(bound.ForStep(0))).ToArray();
            // The first turn warms up.
            if (i > 0)
            {
                plain.AddRange(first);
                controlled.AddRange(second);
            }
        }
        TorchRuntime.Threads = before;
        double ratio = Median(controlled) / Median(plain);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {side}x{side} | {threads} | {turns} x {steps} | {Cell(plain)} | {Cell(controlled)} | {ratio:f3} | {controlled.Min() / plain.Min():f3} | at most {wanted:f2}: {(ratio <= wanted ? "met" : "not met")} |"));

        Tensor Random(params long[] shape) => Tensor.Randn(shape, generator).To(DType.BFloat16);

        double Seconds(IAttentionControl? control)
        {
            using var step = TensorScope.Enter();
            long start = Stopwatch.GetTimestamp();
            unet.Forward(latents, time, context, control);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Cell(List<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(values):g4}; {values.Min():g4} to {values.Max():g4}");
}
