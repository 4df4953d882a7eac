using System.Diagnostics;
using System.Globalization;
using Radl.Benchmarking.Machine;
using Radl.Benchmarking.Models;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Bench;

/// <summary>One step of the full-size Stable Diffusion v1.4 U-Net with classifier-free guidance, on random weights in bf16, channels-last.</summary>
internal static class DenoisingStep
{
    /// <summary>Runs two passes and reports the second.</summary>
    /// <param name="output">Where the report goes.</param>
    /// <param name="overhead">Nanoseconds that a call costs more than libtorch's own.</param>
    public static void Write(TextWriter output, double overhead)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(1);
        using var model = new UNet2DCondition(Weights.From(new RepeatedNoise(1), DType.BFloat16, format: MemoryFormat.ChannelsLast), new UNetConfig());
        Tensor latents = Tensor.Randn([2, 4, 64, 64], generator);
        TextContext text = model.BindText(Tensor.Randn([2, 77, 768], generator).To(DType.BFloat16));
        Tensor timestep = Tensor.From(481L);
        // A small pass touches every weight once and lets oneDNN make most of its kernels.
        model.Forward(latents.Narrow(2, 0, 8).Narrow(3, 0, 8), timestep, text);

        long callsBefore = Op.CallsOnThisThread;
        long bytesBefore = GC.GetAllocatedBytesForCurrentThread();
        int collectionsBefore = GC.CollectionCount(0);
        TimeSpan pausesBefore = GC.GetTotalPauseDuration();
        using Process process = Process.GetCurrentProcess();
        TimeSpan processorBefore = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        model.Forward(latents, timestep, text);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        double busy = (process.TotalProcessorTime - processorBefore).TotalSeconds / TorchRuntime.Threads;
        long calls = Op.CallsOnThisThread - callsBefore;
        long bytes = GC.GetAllocatedBytesForCurrentThread() - bytesBefore;
        double share = calls * overhead * 1e-9 / busy;

        output.WriteLine();
        output.WriteLine("## One full-size denoising step");
        output.WriteLine();
        output.WriteLine("SD v1.4's U-Net, 512x512, guidance (batch 2), bf16, channels-last, random weights, one pass after a small one.");
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- {calls:N0} calls of ops; {busy:f1} s of processor time per thread, {seconds:f1} s on the clock"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- managed memory: {bytes / 1024.0:f0} KiB allocated, {GC.CollectionCount(0) - collectionsBefore} collections, {(GC.GetTotalPauseDuration() - pausesBefore).TotalMilliseconds:f1} ms paused"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- calls x overhead: {calls * overhead * 1e-6:f1} ms, {share * 100:f2} % of the processor time per thread; below 2 % is wanted: {(share < 0.02 ? "met" : "not met")}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- peak resident memory of the process: {PeakMemory.Bytes() / 1e9:f1} GB"));
    }
}
