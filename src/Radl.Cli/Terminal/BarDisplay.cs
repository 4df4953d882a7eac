using Radl.Diffusion.Sampling;
using Spectre.Console;

namespace Radl.Cli.Terminal;

/// <summary>A bar with the time left, for a terminal.</summary>
internal sealed class BarDisplay(TextWriter output) : IProgressDisplay
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });

    /// <inheritdoc/>
    public T Show<T>(string title, Func<IProgress<SamplingProgress>, T> work, string unit = "step") => _console.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(title));
            return work(new Reporter(task));
        });

    private sealed class Reporter(ProgressTask task) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Step;
        }
    }
}
