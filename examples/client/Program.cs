// Draws a scene file with a studio that is running:
//
//   ./radl studio &
//   dotnet run --project examples/client -- examples/chase.json chase.png
using System.Text.Json.Nodes;
using StudioClient;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: StudioClient SCENE.json PICTURE.png [ADDRESS [KEY]]");
    return 2;
}
using var http = new HttpClient { BaseAddress = new Uri(args.Length > 2 ? args[2] : "http://127.0.0.1:8188") };
if (args.Length > 3)
{
    http.DefaultRequestHeaders.Add("X-Api-Key", args[3]);
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
try
{
    JsonObject scene = JsonNode.Parse(await File.ReadAllTextAsync(args[0], stop.Token))!.AsObject();
    byte[] png = await new StudioConnection(http).DrawAsync(scene, new JsonObject { ["steps"] = 30 }, (step, total) => Console.Error.Write($"\r{step}/{total} "), stop.Token);
    await File.WriteAllBytesAsync(args[1], png, stop.Token);
    Console.WriteLine(args[1]);
    return 0;
}
catch (Exception error) when (error is StudioException or HttpRequestException or IOException or OperationCanceledException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
