using Radl.Diffusion.Sampling;
using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>Times pieces of work on a device.</summary>
internal sealed class StageTimer(Device device, TimeProvider time, CancellationToken cancellation)
{
    // Work that takes longer than this is warm after one round.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromMinutes(1);

    /// <summary>Seconds of one piece of work, with everything that it queued on the device; what it makes is freed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it began.</exception>
    public double Seconds(Action work)
    {
        cancellation.ThrowIfCancellationRequested();
        using var scope = TensorScope.Enter();
        TorchRuntime.Synchronize(device);
        long start = time.GetTimestamp();
        work();
        TorchRuntime.Synchronize(device);
        return time.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Measures several kinds of work in turns, so that a machine that wanders does so for all of them.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="progress">Told after each kind of each round.</param>
    /// <param name="works">The kinds.</param>
    /// <returns>One measurement a kind.</returns>
    public Measurement[] InTurns(Rounds rounds, IProgress<SamplingProgress> progress, params Action[] works)
    {
        List<double>[] seconds = [.. works.Select(_ => new List<double>())];
        int warmUps = rounds.WarmUps;
        int done = 0;
        long start = time.GetTimestamp();
        for (int round = 1; round <= warmUps + rounds.Repeats; round++)
        {
            for (int kind = 0; kind < works.Length; kind++)
            {
                for (int step = 0; step < rounds.Steps; step++)
                {
                    double value = Seconds(works[kind]);
                    if (round > warmUps)
                    {
                        seconds[kind].Add(value);
                    }
                }
                progress.Report(new SamplingProgress(++done, (warmUps + rounds.Repeats) * works.Length));
            }
            if (round < warmUps && time.GetElapsedTime(start) > WarmUpTime)
            {
                warmUps = round;
            }
            // At least one round counts, however long it takes.
            if (round > warmUps && rounds.Budget is { } budget && time.GetElapsedTime(start) * (round + 1) / round > budget)
            {
                break;
            }
        }
        return [.. seconds.Select(Measurement.Of)];
    }
}

/// <summary>How often a stage is measured.</summary>
/// <param name="WarmUps">Rounds before those that count; after a minute no further one begins.</param>
/// <param name="Repeats">Most rounds that count.</param>
/// <param name="Steps">Runs of one kind in a row within a round.</param>
/// <param name="Budget">No further round begins that would end after this; null for no limit.</param>
public sealed record Rounds(int WarmUps, int Repeats, int Steps = 1, TimeSpan? Budget = null);
