// Fifty clients against a studio that runs:
//
//   ./radl studio --port 8200 --data /somewhere/empty &
//   dotnet run -c Release --project bench/Radl.StudioLoad -- http://127.0.0.1:8200 examples/chase.json
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Radl.StudioLoad;

const int Grace = 120;
const int WarmUp = 5;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: Radl.StudioLoad ADDRESS SCENE.json [SECONDS 120] [CLIENTS 50] [STEPS 6]");
    return 2;
}
int seconds = Given(2, 120);
int clients = Given(3, 50);
int steps = Given(4, 6);
using var http = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = Timeout.InfiniteTimeSpan };
JsonNode scene = JsonNode.Parse(await File.ReadAllTextAsync(args[1]))!;
var tally = new Tally();
// What the first requests of a fresh process cost is another question: they are not counted.
await LoadAsync(new Tally(), WarmUp);
await LoadAsync(tally, seconds);

// What is still waiting is drawn to its end; then the server is asked how each one ended.
var states = new Dictionary<string, int>(StringComparer.Ordinal);
foreach (string id in tally.Endings.Keys)
{
    string state = "";
    for (int waited = 0; waited < Grace * 10; waited++)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"/api/generations/{id}", UriKind.Relative));
        state = answer.StatusCode == HttpStatusCode.OK ? (await answer.Content.ReadFromJsonAsync<JsonNode>())!["state"]!.GetValue<string>() : "lost";
        if (state is not ("queued" or "running"))
        {
            break;
        }
        await Task.Delay(100);
    }
    states[state] = states.GetValueOrDefault(state) + 1;
}
Console.WriteLine(FormattableString.Invariant($"{clients} clients, {seconds} s after {WarmUp} of warm-up, {steps} steps a picture, {Environment.ProcessorCount} cores, clients and studio on the same machine"));
Console.WriteLine();
Console.WriteLine("| what | |");
Console.WriteLine("| --- | --- |");
foreach (string row in tally.Rows(states))
{
    Console.WriteLine(row);
}
foreach (string fault in tally.Faults.Distinct().Take(10))
{
    Console.Error.WriteLine(fault);
}
bool clean = tally.Faults.Count == 0 && states.Keys.All(state => state is "done" or "cancelled") && tally.Endings.Values.All(count => count <= 1);
return clean ? 0 : 1;

async Task LoadAsync(Tally into, int time)
{
    using var over = new CancellationTokenSource(TimeSpan.FromSeconds(time));
    await Task.WhenAll(Enumerable.Range(0, clients).Select(client => new Client(http, into, steps, new Random(client)).RunAsync(scene, over.Token)));
}

int Given(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
