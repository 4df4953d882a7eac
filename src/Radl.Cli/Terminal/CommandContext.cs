using Radl.Diffusion.Models;

namespace Radl.Cli.Terminal;

/// <summary>What a command sees of the world outside.</summary>
public sealed record CommandContext
{
    /// <summary>Standard input.</summary>
    public required TextReader Input { get; init; }

    /// <summary>Results: paths of written files, JSON lines.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Progress, warnings and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal, so that progress may draw over itself.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Where models are searched.</summary>
    public required ModelLocator Models { get; init; }

    /// <summary>Looks up an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The user's home folder.</summary>
    public string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Threads that the user asked for (<c>RADL_THREADS</c>, <c>OMP_NUM_THREADS</c>); null leaves them to the work.</summary>
    public int? Threads { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Asks for an orderly end.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Writes a warning.</summary>
    public void Warn(string text) => Error.WriteLine($"radl: warning: {text}");
}
