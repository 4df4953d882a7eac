using Radl.Benchmarking.Models;
using Radl.Diffusion.Models;
using Radl.Diffusion.Sampling;

namespace Radl.Benchmarking.Stages;

/// <summary>Times opening a model folder whose files are in the page cache.</summary>
/// <remarks>Weights stored in the type and order that they compute in are mapped, not read: what the first step pays for that is in no figure but its own.</remarks>
internal static class LoadStage
{
    private const int Runs = 5;

    public static Measurement Measure(BenchSettings settings, TimeProvider time, IProgress<SamplingProgress> progress, CancellationToken cancellation)
    {
        if (settings.Model is { } located)
        {
            return Measure(located.Folder, settings, time, progress, cancellation);
        }
        Directory.CreateDirectory(settings.Scratch);
        string folder = Path.Combine(settings.Scratch, $"radl-bench-{Environment.ProcessId}");
        try
        {
            using (BenchModel model = BenchModel.Random(settings.DType, settings.Device))
            {
                RandomModelFolder.Write(folder, model);
            }
            return Measure(folder, settings, time, progress, cancellation);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static Measurement Measure(string folder, BenchSettings settings, TimeProvider time, IProgress<SamplingProgress> progress, CancellationToken cancellation)
    {
        var timer = new StageTimer(settings.Device, time, cancellation);
        int done = 0;
        return Measurement.Of(
            () =>
            {
                double seconds = timer.Seconds(() => DiffusionModel.Open(folder, settings.DType, settings.Device).Dispose());
                progress.Report(new SamplingProgress(++done, Runs + 1));
                return seconds;
            },
            warmUps: 1, // reads what is not in the cache yet
            runs: Runs);
    }
}
