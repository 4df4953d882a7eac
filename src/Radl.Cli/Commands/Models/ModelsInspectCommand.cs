using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Cli.Terminal;
using Radl.Diffusion.Checkpoints;
using Radl.Layout.Checkpoints;

namespace Radl.Cli.Commands.Models;

/// <summary><c>radl models inspect PATH… [--json]</c>: what files of weights are, what they lack and what is left over.</summary>
internal static class ModelsInspectCommand
{
    private const int MostListed = 5;

    public static Command Create(CommandContext context)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files of weights (.safetensors, .ckpt, .bin, .pt) or folders of them", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One JSON object a line for each file, with all names" };
        var command = new Command("inspect", "Say what a file of weights is, what it lacks and what is left over; nothing in it is executed") { paths, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(paths), parsed.GetValue(json), context));
        return command;
    }

    private static int Run(string[] paths, bool json, CommandContext context)
    {
        foreach (FileInspection file in paths.SelectMany(FileInspector.Inspect))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (json)
            {
                context.Output.WriteLine(JsonSerializer.Serialize(file, InspectionJson.Default.FileInspection));
            }
            else
            {
                Show(file, context.Output);
            }
        }
        return ExitCodes.Done;
    }

    private static void Show(FileInspection file, TextWriter output)
    {
        output.WriteLine($"{file.Path}: {file.Description}");
        Line("stored", $"{Number(file.Tensors)} tensors, {Number(file.Parameters)} parameters, {string.Join(", ", file.Types.Select(type => $"{type.Key} {Number(type.Value)}"))}; {file.Format}");
        foreach (ComponentReport component in file.Components)
        {
            Line(component.Component, $"{Number(component.Tensors)} tensors, {Number(component.Parameters)} parameters, {component.Sizes}{(component.IsComplete ? ": complete" : "")}");
            Names("missing", component.Missing);
            Names("left over", component.LeftOver);
            Names("wrong shape", component.WrongShape);
        }
        foreach ((string rule, int count) in file.Ignored)
        {
            Line("ignored", $"{Number(count)} ({rule})");
        }
        Names("left over", file.LeftOver);

        void Line(string name, string text) => output.WriteLine($"  {name,-12} {text}");

        void Names(string what, IReadOnlyList<string> names)
        {
            if (names.Count > 0)
            {
                Line(what, $"{Number(names.Count)}: {string.Join(", ", names.Take(MostListed))}{(names.Count > MostListed ? ", ... (--json lists all)" : "")}");
            }
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>Source-generated JSON of inspections.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FileInspection))]
internal sealed partial class InspectionJson : JsonSerializerContext;
