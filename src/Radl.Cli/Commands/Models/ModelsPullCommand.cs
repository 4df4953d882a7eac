using System.CommandLine;
using Radl.Cli.Terminal;
using Radl.Diffusion.Hub;

namespace Radl.Cli.Commands.Models;

/// <summary><c>radl models pull OWNER/NAME[@REVISION]</c>: a model out of a hub into the hub cache, where <c>--model OWNER/NAME</c> finds it.</summary>
internal static class ModelsPullCommand
{
    public static Command Create(CommandContext context)
    {
        var repository = new Argument<string>("REPO") { Description = "OWNER/NAME or OWNER/NAME@REVISION" };
        var endpoint = new Option<string?>("--endpoint") { Description = "Address of the hub (default: HF_ENDPOINT, else the public hub)" };
        var cache = new Option<string?>("--cache") { Description = "Folder of the hub cache (default: HF_HUB_CACHE, HF_HOME/hub or ~/.cache/huggingface/hub)" };
        var include = new Option<string[]>("--include") { Description = $"Files to download, may be given again (default: {string.Join(", ", HubGlob.Usual)})" };
        var exclude = new Option<string[]>("--exclude") { Description = "Files to leave out, may be given again" };
        var command = new Command("pull", "Download a model from a hub") { repository, endpoint, cache, include, exclude };
        command.SetAction(parsed => Run(
            HubRepository.Parse(parsed.GetRequiredValue(repository)),
            HubSettings.FromEnvironment(context.Variable, context.Home, parsed.GetValue(endpoint), parsed.GetValue(cache)),
            new HubGlob(parsed.GetValue(include) ?? [], parsed.GetValue(exclude)),
            context));
        return command;
    }

    private static int Run(HubRepository repository, HubSettings settings, HubGlob wanted, CommandContext context)
    {
        using var client = new HubClient(settings, context.Time, context.Warn);
        IProgressDisplay display = context.IsInteractive ? new BarDisplay(context.Error) : new LineDisplay(context.Error, context.Time);
        HubSnapshot snapshot = display.Show(
            repository.ToString(),
            progress => client.PullAsync(repository, wanted, new Megabytes(progress), context.Cancellation).GetAwaiter().GetResult(),
            "MB");
        context.Output.WriteLine(snapshot.Folder);
        return ExitCodes.Done;
    }
}
