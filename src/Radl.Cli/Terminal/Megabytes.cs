using Radl.Diffusion.Hub;
using Radl.Diffusion.Sampling;

namespace Radl.Cli.Terminal;

/// <summary>Shows bytes as steps of a megabyte. A file that is begun anew does not turn the display back.</summary>
internal sealed class Megabytes(IProgress<SamplingProgress> display) : IProgress<HubProgress>
{
    private const double Step = 1e6;

    private int _shown;

    public void Report(HubProgress value)
    {
        int total = (int)Math.Max(1, Math.Ceiling(value.Total / Step));
        int done = value.Done >= value.Total ? total : (int)(value.Done / Step);
        while (_shown < done)
        {
            display.Report(new SamplingProgress(++_shown, total));
        }
    }
}
