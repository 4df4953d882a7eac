using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Radl.Studio.Security;

namespace Radl.Studio.Tests.Security;

public sealed class AccessTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task Every_route_has_a_decision_and_only_the_page_its_description_and_health_are_open()
    {
        await StartServer();
        RouteEndpoint[] endpoints = [.. Server.Endpoints.OfType<RouteEndpoint>()];

        Assert.NotEmpty(endpoints);
        Assert.All(endpoints, endpoint => Assert.True(endpoint.Metadata.GetMetadata<AccessDecision>() is not null, endpoint.DisplayName));
        string[] open = [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<AccessDecision>()!.Access == Access.Open).Select(endpoint => endpoint.RoutePattern.RawText!)];
        Assert.All(open, route => Assert.DoesNotMatch("^/(api|v1|sdapi|metrics)", route));
        Assert.All(endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal)), endpoint => Assert.Equal(Access.Key, endpoint.Metadata.GetMetadata<AccessDecision>()!.Access));
    }

    [Theory]
    [InlineData("evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("evil.example:8188", null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("192.168.0.7", null, HttpStatusCode.Forbidden)]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    [InlineData("LOCALHOST:8188", null, HttpStatusCode.OK)]
    [InlineData("[::1]:8188", null, HttpStatusCode.OK)]
    [InlineData("localhost:8188", "http://localhost:8188", HttpStatusCode.OK)]
    [InlineData("localhost:8188", "http://localhost:9999", HttpStatusCode.Forbidden)]
    [InlineData("localhost:8188", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost:8188", "http://localhost:8188.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost:8188", "null", HttpStatusCode.Forbidden)]
    [InlineData("localhost:8188", "file://", HttpStatusCode.Forbidden)]
    public async Task On_loopback_other_names_and_other_sites_get_nothing(string host, string? origin, HttpStatusCode expected)
    {
        await StartServer();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }
        using HttpResponseMessage response = await Client.SendAsync(request, Stop);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Browsers_are_told_to_run_nothing_but_the_page_itself()
    {
        await StartServer();
        foreach (string path in (string[])["/health", "/api/models", "/nothing"])
        {
            using HttpResponseMessage response = await Client.GetAsync(path, Stop);
            string policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
            Assert.False(response.Headers.Contains("Server"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task Where_there_are_keys_nothing_but_the_open_routes_answers_without_one()
    {
        string key = ApiKeys.Create(Scratch.In("keys"));
        Options = Options with { KeyFile = Scratch.In("keys") };
        await StartServer();

        foreach (RouteEndpoint endpoint in Server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<AccessDecision>()!.Access == Access.Key))
        {
            string verb = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            string path = endpoint.RoutePattern.RawText!.Replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await Send(new HttpMethod(verb), path)).Status);
        }
        Assert.Equal(HttpStatusCode.OK, await WithKey("X-Api-Key", key));
        Assert.Equal(HttpStatusCode.OK, await WithKey("Authorization", $"Bearer {key}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithKey("Authorization", $"Basic {key}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithKey("X-Api-Key", key[..^1] + (key[^1] == '0' ? '1' : '0')));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithKey("X-Api-Key", key.ToUpperInvariant()));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithKey("X-Api-Key", ""));
        Assert.Equal(HttpStatusCode.OK, (await Send(HttpMethod.Get, "/health")).Status);
    }

    [Fact]
    public async Task A_key_appears_in_no_log_no_file_and_no_answer()
    {
        string key = ApiKeys.Create(Scratch.In("keys"));
        var log = new Lines();
        Options = Options with { KeyFile = Scratch.In("keys"), Logging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log) };
        await StartServer();
        foreach (string header in (string[])["X-Api-Key", "Authorization"])
        {
            await WithKey(header, header == "Authorization" ? $"Bearer {key}" : key);
            await WithKey(header, key + "x");
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/generations") { Content = Json(Request()) };
        request.Headers.Add("X-Api-Key", key);
        using HttpResponseMessage answer = await Client.SendAsync(request, Stop);
        string body = await answer.Content.ReadAsStringAsync(Stop);
        await EndServer();

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotEmpty(log.All);
        Assert.DoesNotContain(log.All, line => line.Contains(key, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(key, body, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(Scratch.Path, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(key, Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_that_others_can_reach_needs_keys()
    {
        var error = Assert.Throws<ArgumentException>(() => StudioServer.Create(Options with { Host = IPAddress.Any }));

        Assert.Contains("--api-key-file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_holds_hashes_and_a_key_in_it_is_refused_without_repeating_it()
    {
        string file = Scratch.In("keys");
        string hash = Convert.ToHexStringLower(SHA256.HashData("secret"u8));
        File.WriteAllText(file, $"# for the team\n\nsha256:{hash} alice\nsha256:{new string('0', 64)}\n");
        Assert.Equal(["alice", "00000000"], ApiKeys.Read(file).Names);

        File.WriteAllText(file, "my-secret-key");
        var error = Assert.Throws<InvalidDataException>(() => ApiKeys.Read(file));
        Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret-key", error.Message, StringComparison.Ordinal);

        File.WriteAllText(file, "# nobody\n");
        Assert.Throws<InvalidDataException>(() => ApiKeys.Read(file));
        File.WriteAllText(file, $"sha256:{hash} a\nsha256:{hash} a\n");
        Assert.Throws<InvalidDataException>(() => ApiKeys.Read(file));
    }

    [Fact]
    public void A_new_key_file_is_readable_by_its_owner_alone()
    {
        string key = ApiKeys.Create(Scratch.In("keys"));

        Assert.Equal(64, key.Length);
        Assert.DoesNotContain(key, File.ReadAllText(Scratch.In("keys")), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(Scratch.In("keys")));
    }

    private async Task<HttpStatusCode> WithKey(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await Client.SendAsync(request, Stop);
        return response.StatusCode;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            All.Enqueue(state.ToString() ?? "");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
