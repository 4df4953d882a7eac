using System.Net;
using Radl.Diffusion.Hub;

namespace Radl.Diffusion.Tests.Hub;

public sealed class HubRetryTests : IDisposable
{
    private readonly TinyHub _hub = new(("config.json", "hello\n"u8.ToArray()));

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_hub_that_asks_to_wait_is_left_alone_for_as_long()
    {
        Once(429, ("Retry-After", "7"));
        await _hub.PullAsync();
        Assert.Equal([TimeSpan.FromSeconds(7)], _hub.Time.Waits);
        Assert.Contains("trying again in 7 s", Assert.Single(_hub.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_may_name_the_moment_instead()
    {
        Once(503, ("Retry-After", ScriptedTime.Now.AddSeconds(90).ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        await _hub.PullAsync();
        Assert.Equal([TimeSpan.FromSeconds(90)], _hub.Time.Waits);
    }

    [Fact]
    public async Task An_hour_is_not_waited_for()
    {
        Once(429, ("Retry-After", "3600"));
        HubException error = await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1)), (error.Status, error.RetryAfter));
        Assert.Empty(_hub.Time.Waits);
    }

    [Fact]
    public async Task A_fault_that_stays_is_reported_after_longer_and_longer_waits()
    {
        _hub.Script = _ => ServerReply.Empty(502);
        HubException error = await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.Equal(HttpStatusCode.BadGateway, error.Status);
        Assert.Equal([1, 2, 4, 8, 16], _hub.Time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Theory]
    [InlineData(404, "no such repository")]
    [InlineData(401, "HF_TOKEN")]
    [InlineData(403, "HF_TOKEN")]
    [InlineData(400, "refuses")]
    public async Task A_refusal_is_not_tried_again_and_its_remedy_is_named(int status, string remedy)
    {
        _hub.Script = _ => ServerReply.Empty(status);
        Assert.Contains(remedy, (await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync())).Message, StringComparison.Ordinal);
        Assert.Single(_hub.Server.Requests);
        Assert.Empty(_hub.Time.Waits);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_tried_again_and_then_named()
    {
        _hub.Settings = _hub.Settings with { Endpoint = new Uri("http://nowhere.example") };
        _hub.Network = new HubNetwork { Resolve = (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound) };
        HubException error = await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.Contains("nowhere.example", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, _hub.Time.Waits.Count);
    }

    private void Once(int status, params (string Name, string Value)[] headers)
    {
        int asked = 0;
        _hub.Script = _ => asked++ == 0 ? ServerReply.Empty(status, headers) : null;
    }
}
