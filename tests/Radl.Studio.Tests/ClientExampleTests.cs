using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;
using StudioClient;

namespace Radl.Studio.Tests;

/// <summary>The example in C#, as <c>examples/client</c> compiles it.</summary>
public sealed class ClientExampleTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task The_client_draws_a_scene_and_tells_every_step()
    {
        await StartServer();
        var steps = new List<(int, int)>();

        byte[] png = await new StudioConnection(Client).DrawAsync(Parsed(Scene), Parsed("""{"steps":3}"""), (step, total) => steps.Add((step, total)), Stop);

        Assert.Equal([(1, 3), (2, 3), (3, 3)], steps);
        Assert.Equal(64, PngReader.Read(new MemoryStream(png), "answer").Colours.Width);
    }

    [Fact]
    public async Task The_client_repeats_why_a_scene_was_refused()
    {
        await StartServer();

        var error = await Assert.ThrowsAsync<StudioException>(() => new StudioConnection(Client).DrawAsync(Parsed("""{"prompt":"a","width":1}"""), [], (_, _) => { }, Stop));

        Assert.StartsWith("scene.width", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_cancels_what_it_no_longer_waits_for()
    {
        await StartServer();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StudioConnection(Client).DrawAsync(Parsed(Scene), Parsed("""{"steps":1000}"""), (_, _) => patience.Cancel(), patience.Token));
        string next = await Submit();

        Assert.Equal("done", (string)(await Ended(next))["state"]!);
        Assert.Equal("cancelled", (string)(await Send(HttpMethod.Get, "/api/generations?limit=2")).Body!["items"]![1]!["state"]!);
    }

    private static JsonObject Parsed(string json) => JsonNode.Parse(json)!.AsObject();
}
