using System.Net;
using System.Text.Json.Nodes;
using Radl.Diffusion.Imaging;
using Radl.Tests.Shared;

namespace Radl.Studio.Tests.Api;

public sealed class EventTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task Every_step_is_told_and_the_end_is_told_once()
    {
        await StartServer();
        string id = await Submit("""{"steps":6,"preview_every":3}""");

        List<ServerSentEvent> events = await Events(id).ToListAsync(Stop);

        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => $"{number}"), events.Select(happened => happened.Id));
        Assert.Equal(["queued", "started", "step", "step", "step", "step", "step", "step", "done"], events.Select(happened => happened.Name));
        Assert.Equal([1, 2, 3, 4, 5, 6], events.Where(happened => happened.Name == "step").Select(happened => (int)happened.Data["step"]!));
        Assert.Equal([3, 6], events.Where(happened => happened.Data["preview"] is not null).Select(happened => (int)happened.Data["step"]!));
        Assert.Equal("done", (string)events[^1].Data["state"]!);
        string preview = (string)events.First(happened => happened.Data["preview"] is not null).Data["preview"]!;
        RgbImage picture = PngReader.Read(new MemoryStream(Convert.FromBase64String(preview["data:image/png;base64,".Length..])), "preview").Colours;
        Assert.Equal((TinyDiffusionModel.Side / 8, TinyDiffusionModel.Side / 8), (picture.Width, picture.Height));
    }

    [Fact]
    public async Task A_broken_stream_is_taken_up_behind_the_last_event_that_arrived()
    {
        await StartServer();
        string id = await Submit("""{"steps":400}""");
        ServerSentEvent? last = null;
        await foreach (ServerSentEvent happened in Events(id))
        {
            last = happened;
            if (happened.Name == "step")
            {
                break;
            }
        }

        var next = new List<ServerSentEvent>();
        await foreach (ServerSentEvent happened in Events(id, last!.Id))
        {
            next.Add(happened);
            if (next.Count == 1)
            {
                await Send(HttpMethod.Delete, $"/api/generations/{id}");
            }
        }

        Assert.Equal((int)last.Data["step"]! + 1, (int)next[0].Data["step"]!);
        Assert.Equal("cancelled", next[^1].Name);
        Assert.Single(next, happened => happened.Name is "done" or "failed" or "cancelled");
    }

    [Fact]
    public async Task A_finished_generation_tells_its_end_at_once_even_after_a_restart()
    {
        await StartServer();
        string id = await Submit();
        await Ended(id);
        await EndServer();
        await StartServer();

        ServerSentEvent end = Assert.Single(await Events(id, "3").ToListAsync(Stop));

        Assert.Equal(("done", "4"), (end.Name, end.Id));
        Assert.Equal(id, (string)end.Data["id"]!);
        Assert.Equal("1", Assert.Single(await Events(id).ToListAsync(Stop)).Id);
    }

    [Fact]
    public async Task A_silent_stream_is_kept_open_by_comments()
    {
        var clock = new ManualClock();
        Options = Options with { Time = clock };
        await StartServer();
        string running = await Submit("""{"steps":1000,"count":16}""");
        string waiting = await Submit();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/generations/{waiting}/events");
        using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        string? line;
        do
        {
            Task<string?> reading = reader.ReadLineAsync(Stop).AsTask();
            while (!reading.IsCompleted)
            {
                // Whenever the stream begins to wait, its quarter of a minute passes.
                clock.Advance(TimeSpan.FromSeconds(16));
                await Task.WhenAny(reading, Task.Delay(5, Stop));
            }
            line = await reading;
        }
        while (line is not null && !line.StartsWith(':'));

        Assert.Equal(": still here", line);
        await Send(HttpMethod.Delete, $"/api/generations/{waiting}");
        await Send(HttpMethod.Delete, $"/api/generations/{running}");
    }

    [Fact]
    public async Task Nobody_hears_of_what_is_not_there()
    {
        await StartServer();
        (HttpStatusCode status, JsonNode? problem) = await Send(HttpMethod.Get, "/api/generations/01ARZ3NDEKTSV4RRFFQ69G5FAV/events");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(404, (int)problem!["status"]!);
    }
}
