using System.Globalization;
using System.Runtime.InteropServices;
using Radl.Cli.Terminal;
using Radl.Diffusion.Hub;
using Radl.Diffusion.Models;

namespace Radl.Cli;

/// <summary>The process: real streams, the environment, and signals that ask for an orderly end.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var context = new CommandContext
        {
            Input = System.Console.In,
            Output = System.Console.Out,
            Error = System.Console.Error,
            IsInteractive = !System.Console.IsErrorRedirected,
            Models = ModelLocator.Usual(
                AppContext.BaseDirectory,
                Environment.GetEnvironmentVariable("RADL_MODELS"),
                new HubCache(HubSettings.CacheRootFrom(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)))),
            Threads = NumberIn("RADL_THREADS") ?? NumberIn("OMP_NUM_THREADS"),
            Time = TimeProvider.System,
            Cancellation = stop.Token,
        };
        return CommandLine.Run(args, context);

        static int? NumberIn(string variable) =>
            int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

        // The first signal ends the step in flight and cleans up; a second one finds no handler that holds it back.
        void Stop(PosixSignalContext signal)
        {
            if (!stop.IsCancellationRequested)
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        }
    }
}
