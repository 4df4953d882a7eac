using System.CommandLine;
using System.Net;
using Radl.Cli.Terminal;
using Radl.Diffusion.Models;
using Radl.Studio;
using Radl.Studio.Drawing;
using Radl.Studio.Security;
using Radl.Torch;

namespace Radl.Cli.Commands;

/// <summary><c>radl studio</c>: the web page and the HTTP API.</summary>
internal static class StudioCommand
{
    private const int MostQueue = 10_000;

    public static Command Create(CommandContext context)
    {
        var port = new Option<int>("--port") { Description = "Port to listen to; 0 takes a free one", DefaultValueFactory = _ => StudioOptions.UsualPort };
        var host = new Option<string>("--host") { Description = "Address to listen to; another one than loopback needs --api-key-file", DefaultValueFactory = _ => "127.0.0.1" };
        var model = new Option<string>("--model") { Description = "Default model: a name, a folder, or a pulled hub id", DefaultValueFactory = _ => "toybox" };
        var data = new Option<string?>("--data") { Description = "Folder of the gallery (default: radl/studio in the user's data folder)" };
        var keys = new Option<string?>("--api-key-file") { Description = "Hashed API keys; made with a new key, which is shown once, when the file is missing" };
        var queue = new Option<int>("--queue") { Description = "Most generations that wait", DefaultValueFactory = _ => 32 };
        var dtype = new Option<string>("--dtype") { Description = "Type of the U-Net: auto, fp32, bf16, fp16", DefaultValueFactory = _ => "auto" };
        var device = new Option<string>("--device") { Description = "auto, cpu, cuda or cuda:N", DefaultValueFactory = _ => "auto" };
        var command = new Command("studio", "Open the web page and the HTTP API, on loopback unless told otherwise") { port, host, model, data, keys, queue, dtype, device };
        command.SetAction(parsed =>
        {
            Device where = Device.Parse(parsed.GetRequiredValue(device));
            return Run(
                new StudioOptions
                {
                    Host = AddressOf(parsed.GetRequiredValue(host)),
                    Port = InRange("--port", parsed.GetValue(port), 0, IPEndPoint.MaxPort),
                    Models = context.Models,
                    Model = parsed.GetRequiredValue(model),
                    DataFolder = parsed.GetValue(data) ?? UsualFolder(context),
                    KeyFile = parsed.GetValue(keys),
                    Queue = InRange("--queue", parsed.GetValue(queue), 1, MostQueue),
                    Drawing = new DrawingOptions { DType = Precision.Parse(parsed.GetRequiredValue(dtype), where), Device = where, Threads = context.Threads },
                    Time = context.Time,
                },
                context);
        });
        return command;
    }

    private static int Run(StudioOptions options, CommandContext context)
    {
        if (options.KeyFile is { } file && !File.Exists(file))
        {
            context.Error.WriteLine($"radl: a new API key, shown this once; {file} holds its hash:");
            context.Error.WriteLine(ApiKeys.Create(file));
        }
        Serve(options, context).GetAwaiter().GetResult();
        return ExitCodes.Done;
    }

    private static async Task Serve(StudioOptions options, CommandContext context)
    {
        await using StudioServer server = StudioServer.Create(options);
        await server.StartAsync(context.Cancellation);
        context.Output.WriteLine($"{server.Address}");
        context.Error.WriteLine($"radl: the studio is open at {server.Address} (gallery in {server.DataFolder}); Ctrl-C ends it");
        await server.RunAsync(context.Cancellation);
    }

    private static IPAddress AddressOf(string host) => host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out IPAddress? address) ? address
        : throw new ArgumentException($"--host '{host}' must be an IP address, such as 127.0.0.1 or 0.0.0.0");

    private static int InRange(string option, int value, int least, int most) => value >= least && value <= most ? value
        : throw new ArgumentException(FormattableString.Invariant($"{option} ({value}) must lie in [{least}, {most}]"));

    private static string UsualFolder(CommandContext context) => Path.Combine(
        context.Variable("XDG_DATA_HOME") is { Length: > 0 } folder ? folder : Path.Combine(context.Home, ".local", "share"), "radl", "studio");
}
