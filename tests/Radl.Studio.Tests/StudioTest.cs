using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Radl.Diffusion.Models;
using Radl.Tests.Shared;
using Radl.Torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Radl.Studio.Tests;

/// <summary>A model folder with a tiny model named <c>tiny</c>, shared by the tests of a class.</summary>
public sealed class TinyModels : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public TinyModels()
    {
        string model = Path.Combine(Root, "tiny");
        TinyDiffusionModel.Write(model);
        TinyRadl.Write(model);
    }

    public string Root => _scratch.Path;

    public void Dispose() => _scratch.Dispose();
}

/// <summary>Tests against a real server on a free port, over real connections. Every native tensor must be gone at the end.</summary>
public abstract class StudioTest : IClassFixture<TinyModels>, IAsyncDisposable
{
    public const string Scene = """{"prompt":"a red fish chasing a blue car","instances":[{"label":"a red fish","box":[0.1,0.1,0.5,0.5]},{"label":"a blue car","box":[0.5,0.5,0.9,0.9]}]}""";

    private readonly long _liveBefore;
    private readonly TinyModels _models;
    private StudioServer? _server;

    protected StudioTest(TinyModels models)
    {
        _models = models;
        _liveBefore = Tensor.LiveCount;
        Options = new StudioOptions { Models = new ModelLocator([models.Root]), Model = "tiny", DataFolder = Scratch.In("data"), Port = 0, Logging = _ => { } };
    }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected ScratchFolder Scratch { get; } = new();

    protected string ModelsRoot => _models.Root;

    /// <summary>How the server is started; to be changed before the first request.</summary>
    protected StudioOptions Options { get; set; }

    protected HttpClient Client { get; private set; } = new();

    internal StudioServer Server => _server!;

    public async ValueTask DisposeAsync()
    {
        await EndServer();
        Client.Dispose();
        Scratch.Dispose();
        Assert.Equal(_liveBefore, Tensor.LiveCount);
        GC.SuppressFinalize(this);
    }

    protected async Task StartServer()
    {
        _server = StudioServer.Create(Options);
        await _server.StartAsync(Stop);
        Client.Dispose();
        Client = new HttpClient { BaseAddress = _server.Address };
    }

    protected async Task EndServer()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>The folder with the repository's models and documentation.</summary>
    protected static string Repository { get; } = FindRepository();

    protected static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    protected static string Request(string settings = """{"steps":2}""", string scene = Scene) => $$"""{"scene":{{scene}},"settings":{{settings}}}""";

    protected async Task<(HttpStatusCode Status, JsonNode? Body)> Send(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : Json(json) };
        using HttpResponseMessage response = await Client.SendAsync(request, Stop);
        byte[] body = await response.Content.ReadAsByteArrayAsync(Stop);
        return (response.StatusCode, body.Length == 0 ? null : JsonNode.Parse(body));
    }

    /// <summary>Asks for a generation.</summary>
    /// <returns>Its id.</returns>
    protected async Task<string> Submit(string settings = """{"steps":2}""", string scene = Scene)
    {
        (HttpStatusCode status, JsonNode? body) = await Send(HttpMethod.Post, "/api/generations", Request(settings, scene));
        Assert.True(status == HttpStatusCode.Accepted, $"{status}: {body}");
        return (string)body!["id"]!;
    }

    /// <summary>Waits for the end of a generation by its events.</summary>
    protected async Task<JsonNode> Ended(string id)
    {
        await foreach (ServerSentEvent happened in Events(id))
        {
            Assert.NotNull(happened.Name);
        }
        return (await Client.GetFromJsonAsync<JsonNode>($"/api/generations/{id}", Stop))!;
    }

    /// <summary>The events of a generation up to its end.</summary>
    protected async IAsyncEnumerable<ServerSentEvent> Events(string id, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/generations/{id}/events");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }
        using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        (string? eventId, string name, string data) = (null, "", "");
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.Length == 0 && name.Length > 0)
            {
                yield return new ServerSentEvent(eventId, name, JsonNode.Parse(data)!);
                (eventId, name, data) = (null, "", "");
            }
            eventId = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : eventId;
            name = line.StartsWith("event: ", StringComparison.Ordinal) ? line[7..] : name;
            data = line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : data;
        }
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Radl.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("the tests run inside the repository");
    }

    protected sealed record ServerSentEvent(string? Id, string Name, JsonNode Data);
}
