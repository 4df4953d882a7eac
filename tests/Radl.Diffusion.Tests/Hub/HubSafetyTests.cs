using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Radl.Diffusion.Hub;

namespace Radl.Diffusion.Tests.Hub;

/// <summary>What a hostile hub, or one that was taken over, cannot make this machine do.</summary>
public sealed class HubSafetyTests : IDisposable
{
    private const string Token = "hf_secret_token";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["hub.example"] = "93.184.216.34",
        ["cdn.example"] = "151.101.1.1",
        ["inside.example"] = "10.1.2.3",
        ["six.example"] = "fd00::1",
    };

    private readonly TinyHub _hub = new(("config.json", "hello\n"u8.ToArray()), ("model.safetensors", TinyHub.Bytes(500)));
    private readonly ConcurrentQueue<IPAddress> _connected = new();

    public void Dispose() => _hub.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1/x")]
    [InlineData("http://localhost/x")]
    [InlineData("http://2130706433/x")]
    [InlineData("http://[::1]/x")]
    [InlineData("http://[::ffff:10.0.0.1]/x")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://192.168.1.1/x")]
    [InlineData("http://inside.example/x")]
    [InlineData("http://six.example/x")]
    [InlineData("file:///etc/passwd")]
    public async Task A_public_hub_cannot_lead_to_a_private_address(string location)
    {
        BePublic();
        _hub.Script = request => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? ServerReply.Empty(302, ("Location", location)) : null;
        HubException error = await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Time.Waits);
        Assert.Equal([IPAddress.Parse(Names["hub.example"])], _connected.Distinct());
    }

    [Fact]
    public async Task The_next_page_of_a_listing_is_no_way_inside_either()
    {
        BePublic();
        _hub.Script = request => request.Path.Contains("/tree/", StringComparison.Ordinal)
            ? ServerReply.Json("[]") with { Headers = new() { ["Link"] = "<http://inside.example/x>; rel=\"next\"" } } : null;
        Assert.Contains("refused", (await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync())).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(IPAddress.Parse(Names["inside.example"]), _connected);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_nobody_that_it_leads_to()
    {
        BePublic();
        _hub.Script = LeadTo("http://cdn.example");
        await _hub.PullAsync();
        Assert.All(_hub.Server.Requests, request => Assert.Equal(request.Host == "hub.example" ? $"Bearer {Token}" : null, request.Header("Authorization")));
        Assert.Contains(_hub.Server.Requests, request => request.Host == "cdn.example");
    }

    [Fact]
    public async Task Another_port_of_the_hub_is_another_origin_and_gets_no_token()
    {
        BePublic();
        _hub.Script = LeadTo("http://hub.example:8080");
        await _hub.PullAsync();
        Assert.All(_hub.Server.Requests.Where(request => request.Host == "hub.example:8080"), request => Assert.Null(request.Header("Authorization")));
        Assert.Contains(_hub.Server.Requests, request => request.Host == "hub.example:8080");
    }

    [Fact]
    public async Task Neither_token_nor_signature_is_in_a_message()
    {
        BePublic();
        _hub.Script = request => request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? ServerReply.Empty(403) : null;
        HubException error = await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.Equal(HttpStatusCode.Forbidden, error.Status);
        Assert.DoesNotContain("Signature", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, _hub.Settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        _hub.Script = request => request.Path.StartsWith("/storage/", StringComparison.Ordinal) ? ServerReply.Empty(302, ("Location", request.Path)) : null;
        Assert.Contains("redirects", (await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("a/../../evil.json")]
    [InlineData("/etc/evil.json")]
    [InlineData("a//evil.json")]
    [InlineData("./evil.json")]
    [InlineData("..\\\\evil.json")]
    [InlineData("C:evil.json")]
    [InlineData("a\\u0000.json")]
    [InlineData("config.json")]
    [InlineData("config.json/evil.json")]
    public async Task A_name_that_leads_elsewhere_is_refused_before_anything_is_written(string name)
    {
        string evil = $$"""{"type":"file","oid":"{{TinyHub.GitHash([1])}}","size":1,"path":"{{name}}"}""";
        _hub.Script = request => request.Path.Contains("/tree/", StringComparison.Ordinal)
            ? ServerReply.Json($"[{TinyHub.Entry("config.json", _hub.Files["config.json"])},{evil}]") : null;
        await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.False(Directory.Exists(_hub.Root));
    }

    [Theory]
    [InlineData("tree", """[{"type":"file","oid":"../../../../x","size":1,"path":"a.json"}]""")]
    [InlineData("tree", """[{"type":"file","oid":"0123456789012345678901234567890123456789","size":-1,"path":"a.json"}]""")]
    [InlineData("tree", """[{"type":"file","path":"a.json"}]""")]
    [InlineData("tree", """{"error":"no"}""")]
    [InlineData("tree", "not json")]
    [InlineData("revision", """{"sha":"../../../x"}""")]
    [InlineData("revision", "[]")]
    public async Task An_answer_that_is_not_a_hubs_is_refused_before_anything_is_written(string part, string json)
    {
        _hub.Script = request => request.Path.Contains($"/{part}/", StringComparison.Ordinal) ? ServerReply.Json(json) : null;
        await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.False(Directory.Exists(_hub.Root));
    }

    [Fact]
    public async Task A_link_among_a_snapshots_folders_is_not_followed()
    {
        string elsewhere = Directory.CreateDirectory(_hub.ScratchIn("elsewhere")).FullName;
        _hub.Files["unet/config.json"] = [1, 2, 3];
        Directory.CreateDirectory(_hub.InSnapshot());
        Directory.CreateSymbolicLink(_hub.InSnapshot("unet"), elsewhere);
        await Assert.ThrowsAsync<HubException>(() => _hub.PullAsync());
        Assert.Empty(Directory.GetFiles(elsewhere));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    public void Special_addresses_are_told_from_public_ones(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    // The names above; every connection goes to the scripted server, whatever its address, and is written down.
    private void BePublic()
    {
        _hub.Settings = _hub.Settings with { Endpoint = new Uri("http://hub.example"), Token = Token };
        _hub.Network = new HubNetwork
        {
            Resolve = (host, _) => Task.FromResult(new[] { IPAddress.Parse(Names[host]) }),
            Connect = async (address, cancellation) =>
            {
                _connected.Enqueue(address.Address);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, _hub.Server.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }

    private Func<ServerRequest, ServerReply?> LeadTo(string origin) => request =>
        request.Host == "hub.example" && request.Path.Contains("/resolve/", StringComparison.Ordinal) ? ServerReply.Empty(302, ("Location", origin + request.Path))
            : request.Path.Contains("/resolve/", StringComparison.Ordinal) ? TinyHub.Content(request, _hub.Files[request.Path[(request.Path.LastIndexOf('/') + 1)..]]) : null;
}
