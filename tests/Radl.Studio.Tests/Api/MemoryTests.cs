using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Radl.Torch;

namespace Radl.Studio.Tests.Api;

/// <summary>Memory may run out at any op: the answer says so, nothing leaks, and the next request succeeds.</summary>
public sealed class MemoryTests(TinyModels models) : StudioTest(models)
{
    private const string Small = """{"prompt":"a fish","steps":1,"seed":1,"alwayson_scripts":{"radl":{"args":[{"instances":[{"label":"a fish","box":[0,0,1,1]}]}]}}}""";

    [Fact]
    public async Task A_lack_of_memory_at_any_op_is_a_507_and_the_next_request_succeeds()
    {
        await StartServer();
        string expected = await Draw();
        long live = Tensor.LiveCount;
        int failures = 0;
        try
        {
            for (long n = 0; ; n++)
            {
                TorchRuntime.FailAfter(n);
                (HttpStatusCode status, JsonNode? answer) = await Send(HttpMethod.Post, "/sdapi/v1/txt2img", Small);
                TorchRuntime.FailAfter(-1);
                if (status == HttpStatusCode.OK)
                {
                    break;
                }
                failures++;
                Assert.Equal(HttpStatusCode.InsufficientStorage, status);
                Assert.Equal(507, (int)answer!["status"]!);
                Assert.StartsWith("out of memory", (string)answer["detail"]!, StringComparison.Ordinal);
                Assert.True(answer.AsObject().ContainsKey("needed_bytes") && (long)answer["available_bytes"]! > 0);
                Assert.Equal(live, Tensor.LiveCount);
            }
        }
        finally
        {
            TorchRuntime.FailAfter(-1);
        }

        Assert.True(failures > 260, $"only {failures} ops failed");
        Assert.Equal(expected, await Draw());
    }

    [Fact]
    public async Task A_generation_that_ran_out_of_memory_tells_so_and_its_picture_is_a_507()
    {
        await StartServer();
        await Ended(await Submit());
        TorchRuntime.FailAfter(50);
        string id = await Submit();
        JsonNode failed = await Ended(id);
        TorchRuntime.FailAfter(-1);

        Assert.Equal("failed", (string)failed["state"]!);
        Assert.StartsWith("out of memory", (string)failed["error"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await Send(HttpMethod.Get, $"/api/generations/{id}/image.png")).Status);
        Assert.Equal("done", (string)(await Ended(await Submit()))["state"]!);
    }

    [Fact]
    public async Task A_picture_that_cannot_fit_is_refused_with_figures_before_it_is_begun()
    {
        Options = Options with { AvailableMemory = () => 10 << 20 };
        await StartServer();
        (HttpStatusCode status, JsonNode? problem) = await Send(HttpMethod.Post, "/api/generations", Request("{}", """{"prompt":"a","width":2048,"height":2048}"""));

        Assert.Equal(HttpStatusCode.InsufficientStorage, status);
        // 2048 x 2048 pixels, 8 channels, three tensors of fp32.
        Assert.Equal((2048L * 2048 * 8 * 12, 10L << 20), ((long)problem!["needed_bytes"]!, (long)problem["available_bytes"]!));
        Assert.Equal("done", (string)(await Ended(await Submit("""{"steps":1}""")))["state"]!);
    }

    [Fact]
    public async Task Two_hundred_generations_leave_memory_as_it_was()
    {
        Options = Options with { Queue = 200 };
        await StartServer();
        for (int warm = 0; warm < 20; warm++)
        {
            await Ended(await Submit("""{"steps":1}"""));
        }
        (long live, long resident) = (Tensor.LiveCount, Environment.WorkingSet);
        string last = "";
        for (int number = 0; number < 200; number++)
        {
            last = await Submit("""{"steps":1,"preview_every":1,"attention_maps":true}""");
        }

        JsonNode done = await Ended(last);

        Assert.Equal("done", (string)done["state"]!);
        Assert.Equal(live, Tensor.LiveCount);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 100L << 20);
    }

    [Fact]
    public async Task A_full_queue_says_so_and_loses_nothing()
    {
        Options = Options with { Queue = 5 };
        await StartServer();
        string running = await Submit("""{"steps":1000}""");
        await foreach (ServerSentEvent happened in Events(running))
        {
            if (happened.Name == "step")
            {
                break;
            }
        }

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Client.PostAsync("/api/generations", Json(Request("""{"steps":1}""")), Stop)));
        HttpResponseMessage[] accepted = [.. answers.Where(answer => answer.StatusCode == HttpStatusCode.Accepted)];
        HttpResponseMessage[] refused = [.. answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)];
        await Send(HttpMethod.Delete, $"/api/generations/{running}");

        Assert.Equal((5, 15), (accepted.Length, refused.Length));
        Assert.All(refused, answer => Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero));
        foreach (HttpResponseMessage answer in accepted)
        {
            Assert.Equal("done", (string)(await Ended((string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Stop))!["id"]!))["state"]!);
        }
        foreach (HttpResponseMessage answer in answers)
        {
            answer.Dispose();
        }
    }

    private async Task<string> Draw()
    {
        (HttpStatusCode status, JsonNode? answer) = await Send(HttpMethod.Post, "/sdapi/v1/txt2img", Small);
        Assert.Equal(HttpStatusCode.OK, status);
        return (string)answer!["images"]![0]!;
    }
}
