using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Radl.Cli.Terminal;
using Radl.Diffusion.Models;

namespace Radl.Cli.Commands.Models;

/// <summary><c>radl models list [--json]</c>: the models that <c>--model</c> finds by name.</summary>
internal static class ModelsListCommand
{
    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "One JSON array instead of lines" };
        var command = new Command("list", "List the models that --model finds by name") { json };
        command.SetAction(parsed => Run(parsed.GetValue(json), context));
        return command;
    }

    private static int Run(bool json, CommandContext context)
    {
        ListedModel[] models = [.. context.Models.List().Select(model => new ListedModel(model.Name, model.Folder, new ModelFolder(model.Folder).Adapters()))];
        if (json)
        {
            context.Output.WriteLine(JsonSerializer.Serialize(models, ListedModelJson.Default.ListedModelArray));
            return ExitCodes.Done;
        }
        foreach (ListedModel model in models)
        {
            context.Output.WriteLine($"{model.Name,-24} {model.Folder} (adapters: {(model.Adapters.Count == 0 ? "none" : string.Join(", ", model.Adapters))})");
        }
        if (models.Length == 0)
        {
            context.Error.WriteLine($"radl: no models in {string.Join(", ", context.Models.Roots)}");
        }
        return ExitCodes.Done;
    }
}

/// <summary>A model in the list.</summary>
/// <param name="Name">What <c>--model</c> takes.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Adapters">Methods that it has an adapter for.</param>
internal sealed record ListedModel(string Name, string Folder, IReadOnlyList<string> Adapters);

/// <summary>Source-generated JSON of the list.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ListedModel[]))]
internal sealed partial class ListedModelJson : JsonSerializerContext;
