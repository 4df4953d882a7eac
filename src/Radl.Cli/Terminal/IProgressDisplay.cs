using Radl.Diffusion.Sampling;

namespace Radl.Cli.Terminal;

/// <summary>Shows how far a piece of work is.</summary>
internal interface IProgressDisplay
{
    /// <summary>Does a piece of work under the display.</summary>
    /// <param name="title">What is being made.</param>
    /// <param name="work">Told where to report its steps.</param>
    /// <param name="unit">What a step is called.</param>
    T Show<T>(string title, Func<IProgress<SamplingProgress>, T> work, string unit = "step");
}

/// <summary>The display that suits where progress goes.</summary>
internal static class ProgressDisplays
{
    /// <summary>A bar on a terminal, lines elsewhere.</summary>
    public static IProgressDisplay For(CommandContext context) => context.IsInteractive ? new BarDisplay(context.Error) : new LineDisplay(context.Error, context.Time);
}
