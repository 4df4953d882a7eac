using System.CommandLine;
using Radl.Cli.Terminal;

namespace Radl.Cli.Commands.Models;

/// <summary><c>radl models …</c>: what models there are, what a file of weights is, and how it becomes a model.</summary>
internal static class ModelsCommand
{
    public static Command Create(CommandContext context) => new("models", "Find, download, inspect and convert models")
    {
        ModelsListCommand.Create(context),
        ModelsPullCommand.Create(context),
        ModelsInspectCommand.Create(context),
        ModelsConvertCommand.Create(context),
    };
}
