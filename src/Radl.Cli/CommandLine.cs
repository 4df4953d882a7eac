using System.CommandLine;
using System.CommandLine.Parsing;
using Radl.Cli.Commands;
using Radl.Cli.Commands.Models;
using Radl.Cli.Terminal;
using Radl.Layout.Generation;

namespace Radl.Cli;

/// <summary>The command line: <c>radl COMMAND …</c>.</summary>
public static class CommandLine
{
    /// <summary>Runs one command to its end.</summary>
    /// <param name="args">Arguments without the program's name.</param>
    /// <param name="context">Streams and surroundings.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> args, CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(context);
        var verbose = new Option<bool>("--verbose") { Description = "Show the stack trace of an error", Recursive = true };
        var root = new RootCommand($"RaDL {PictureRecipe.ProgramVersion}: pictures with several instances and relations, each where you put it")
        {
            verbose,
            GenerateCommand.Create(context),
            TrainCommand.Create(context),
            RelationsCommand.Create(context),
            EvaluateCommand.Create(context),
            ModelsCommand.Create(context),
            StudioCommand.Create(context),
            BenchCommand.Create(context),
            InfoCommand.Create(context),
        };
        root.HelpName = "radl";
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            context.Error.WriteLine($"radl: {UsageErrors.TextOf(parsed)}");
            context.Error.WriteLine($"radl: usage is shown by: radl {CommandOf(parsed)}--help");
            return ExitCodes.BadInput;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = context.Output,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals arrive as the context's cancellation
            });
        }
        // The last line of defence: whatever happens, a user sees a sentence and a script an exit code.
#pragma warning disable CA1031
        catch (Exception error)
#pragma warning restore CA1031
        {
            return ErrorReport.Write(context.Error, error, parsed.GetValue(verbose));
        }
    }

    // "models list " for a command below another one.
    private static string CommandOf(ParseResult parsed)
    {
        string path = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand and var command }; at = at.Parent)
        {
            path = $"{command.Name} {path}";
        }
        return path;
    }
}
