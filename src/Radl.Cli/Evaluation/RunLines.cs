using Radl.Evaluation.Runs;

namespace Radl.Cli.Evaluation;

/// <summary>How far an evaluation is, as lines: every twentieth of the way, or after every batch on a terminal.</summary>
internal sealed class RunLines(TextWriter output, bool everyBatch) : IProgress<RunProgress>
{
    private const int Lines = 20;

    private readonly Lock _gate = new();
    private int _last = -1;

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (_gate)
        {
            int part = (int)((long)value.Done * Lines / value.Total);
            if (part == _last && !everyBatch)
            {
                return;
            }
            _last = part;
            double pace = value.Done / Math.Max(value.Elapsed.TotalSeconds, 1e-3);
            output.WriteLine(FormattableString.Invariant(
                $"{value.What}: {value.Done} of {value.Total} pictures, {pace:f2} a second, {value.Left:h\\:mm\\:ss} left"));
        }
    }
}
