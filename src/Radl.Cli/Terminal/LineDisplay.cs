using Radl.Diffusion.Sampling;

namespace Radl.Cli.Terminal;

/// <summary>A plain line every tenth of the way, for files and pipes.</summary>
internal sealed class LineDisplay(TextWriter output, TimeProvider time) : IProgressDisplay
{
    private const int Lines = 10;

    /// <inheritdoc/>
    public T Show<T>(string title, Func<IProgress<SamplingProgress>, T> work, string unit = "step")
    {
        long start = time.GetTimestamp();
        return work(new Reporter(output, $"{title}: {unit}", () => time.GetElapsedTime(start)));
    }

    private sealed class Reporter(TextWriter output, string label, Func<TimeSpan> elapsed) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value)
        {
            if (value.Step * Lines / value.Total == (value.Step - 1) * Lines / value.Total)
            {
                return;
            }
            TimeSpan spent = elapsed();
            TimeSpan left = spent / value.Step * (value.Total - value.Step);
            output.WriteLine(FormattableString.Invariant($"{label} {value.Step} of {value.Total}, {spent.TotalSeconds:f1} s, {left.TotalSeconds:f1} s left"));
        }
    }
}
