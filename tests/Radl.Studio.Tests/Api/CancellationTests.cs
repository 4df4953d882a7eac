using System.Net;
using System.Text.Json.Nodes;
using Radl.Studio.Jobs;

namespace Radl.Studio.Tests.Api;

public sealed class CancellationTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task Cancelling_takes_at_most_one_step()
    {
        await StartServer();
        for (int round = 0; round < 5; round++)
        {
            string id = await Submit("""{"steps":1000,"preview_every":0}""");
            Job job = Server.Board.Find(id)!;
            int atCancel = -1;
            await foreach (JobEvent happened in job.Events.ReadAsync(0, Stop))
            {
                if (happened is JobStepEvent && atCancel < 0)
                {
                    Assert.Equal(HttpStatusCode.Accepted, (await Send(HttpMethod.Delete, $"/api/generations/{id}")).Status);
                    // Once the answer is there the request stands; steps that ended before it do not count.
                    atCancel = job.Snapshot().Progress.Step;
                }
            }

            Assert.InRange(job.Snapshot().Progress.Step - atCancel, 0, 1);
            Assert.Equal("cancelled", (string)(await Ended(id))["state"]!);
        }
    }

    [Fact]
    public async Task A_generation_that_waits_is_cancelled_at_once()
    {
        await StartServer();
        string running = await Submit("""{"steps":1000}""");
        string waiting = await Submit();

        (HttpStatusCode status, _) = await Send(HttpMethod.Delete, $"/api/generations/{waiting}");
        JsonNode cancelled = await Ended(waiting);
        await Send(HttpMethod.Delete, $"/api/generations/{running}");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("cancelled", (string)cancelled["state"]!);
        Assert.Null(cancelled["seconds"]);
        await Ended(running);
    }

    [Theory]
    [InlineData("/sdapi/v1/txt2img", """{"prompt":"a fish","steps":1000}""")]
    [InlineData("/v1/images/generations", """{"prompt":"a fish","radl":{"steps":1000}}""")]
    public async Task A_closed_connection_frees_the_worker(string path, string body)
    {
        await StartServer();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<HttpResponseMessage> waiting = Client.PostAsync(path, Json(body), patience.Token);
        Job job = await Running();
        await foreach (JobEvent happened in job.Events.ReadAsync(0, Stop))
        {
            if (happened is JobStepEvent { Progress.Step: 1 })
            {
                await patience.CancelAsync();
            }
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(JobState.Cancelled, job.Snapshot().State);
        Assert.True(job.Snapshot().Progress.Step < 1000);
        Assert.Equal("done", (string)(await Ended(await Submit()))["state"]!);
    }

    [Fact]
    public async Task A_reader_that_goes_away_leaves_the_generation_alone()
    {
        await StartServer();
        string id = await Submit("""{"steps":12}""");
        await foreach (ServerSentEvent happened in Events(id))
        {
            Assert.NotEqual("done", happened.Name);
            break;
        }

        Assert.Equal("done", (string)(await Ended(id))["state"]!);
    }

    [Fact]
    public async Task A_server_that_stops_ends_within_a_step_and_says_so()
    {
        await StartServer();
        string running = await Submit("""{"steps":1000}""");
        string waiting = await Submit();
        Job job = Server.Board.Find(running)!;
        await foreach (JobEvent happened in job.Events.ReadAsync(0, Stop))
        {
            if (happened is JobStepEvent)
            {
                break;
            }
        }
        int atStop = job.Snapshot().Progress.Step;
        Server.Board.Close();
        await job.Ended;

        Assert.InRange(job.Snapshot().Progress.Step - atStop, 0, 2);
        Assert.Equal(JobFailureKind.Interrupted, job.Snapshot().Failure!.Kind);
        Assert.Equal("interrupted", (string)(await Ended(waiting))["error"]!);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Send(HttpMethod.Post, "/api/generations", Request())).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Send(HttpMethod.Get, "/health")).Status);
    }

    private async Task<Job> Running()
    {
        while (true)
        {
            if (Server.Board.Snapshots() is [var only] && Server.Board.Find(only.Id) is { } job)
            {
                return job;
            }
            await Task.Delay(5, Stop);
        }
    }
}
