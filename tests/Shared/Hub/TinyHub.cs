using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Radl.Diffusion.Hub;

namespace Radl.Tests.Shared;

/// <summary>A hub with one repository, as the public one answers: description, tree, small files directly, large ones through a redirect to a storage path.</summary>
internal sealed class TinyHub : IDisposable
{
    public const string Repository = "owner/tiny";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>Files above this are large (LFS).</summary>
    public const int LargeFrom = 100;

    private readonly ScratchFolder _scratch = new();

    public TinyHub(params (string Path, byte[] Content)[] files)
    {
        Files = files.ToDictionary(file => file.Path, file => file.Content);
        Server = new ScriptedServer(request => Script?.Invoke(request) ?? Answer(request));
        Settings = new HubSettings { Endpoint = Server.Address, CacheRoot = _scratch.In("hub") };
        Time = new ScriptedTime(Settings.StallTimeout);
    }

    public Dictionary<string, byte[]> Files { get; }

    public ScriptedServer Server { get; }

    /// <summary>Asked before the usual answer; null leaves it to that.</summary>
    public Func<ServerRequest, ServerReply?>? Script { get; set; }

    public HubSettings Settings { get; set; }

    public HubNetwork? Network { get; set; }

    public ScriptedTime Time { get; }

    public List<string> Warnings { get; } = [];

    public string Root => Settings.CacheRoot;

    public string ScratchIn(string name) => _scratch.In(name);

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string GitHash(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string HashOf(byte[] content) => content.Length > LargeFrom ? Sha256(content) : GitHash(content);

    public string Blob(string path) => BlobNamed(HashOf(Files[path]));

    public string BlobNamed(string hash) => Path.Combine(Root, "models--owner--tiny", "blobs", hash);

    public string InSnapshot(params string[] parts) => Path.Combine([Root, "models--owner--tiny", "snapshots", Commit, .. parts]);

    /// <summary>Requests for contents, in order.</summary>
    public IReadOnlyList<ServerRequest> Fetches => [.. Server.Requests.Where(IsContent)];

    public static bool IsContent(ServerRequest request) => request.Path.StartsWith("/storage/", StringComparison.Ordinal)
        || (request.Path.Contains("/resolve/", StringComparison.Ordinal) && request.Path.EndsWith(".json", StringComparison.Ordinal));

    public async Task<HubSnapshot> PullAsync(string repository = Repository, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default, params string[] include)
    {
        using var client = new HubClient(Settings, Time, Warn, Network);
        return await client.PullAsync(HubRepository.Parse(repository), new HubGlob(include), progress, cancellation);
    }

    /// <summary>A content as a storage serves it, with ranges.</summary>
    public static ServerReply Content(ServerRequest request, byte[] content, string? tag = null)
    {
        string etag = tag ?? $"\"{HashOf(content)}\"";
        var headers = new Dictionary<string, string> { ["ETag"] = etag };
        if (request.From is not { } from || (request.Header("If-Range") is { } condition && condition != etag))
        {
            return new ServerReply(200, content) { Headers = headers };
        }
        if (from >= content.Length)
        {
            return ServerReply.Empty(416, ("Content-Range", $"bytes */{content.Length}"));
        }
        headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        return new ServerReply(206, content[from..]) { Headers = headers };
    }

    public void Dispose()
    {
        Server.Dispose();
        _scratch.Dispose();
    }

    public ServerReply Answer(ServerRequest request)
    {
        string model = $"/api/models/{Repository}";
        if (request.Path.StartsWith($"{model}/revision/", StringComparison.Ordinal))
        {
            return ServerReply.Json(JsonSerializer.Serialize(new { id = Repository, sha = Commit, siblings = Files.Keys.Select(path => new { rfilename = path }) }));
        }
        if (request.Path == $"{model}/tree/{Commit}")
        {
            return ServerReply.Json("[" + string.Join(",", Files.Select(file => Entry(file.Key, file.Value)).Prepend("""{"type":"directory","oid":"x","size":0,"path":"unet"}""")) + "]");
        }
        string resolve = $"/{Repository}/resolve/{Commit}/";
        if (request.Path.StartsWith(resolve, StringComparison.Ordinal) && Files.TryGetValue(request.Path[resolve.Length..], out byte[]? content))
        {
            return content.Length > LargeFrom
                ? ServerReply.Empty(302, ("Location", $"/storage/{Sha256(content)}?Signature=secret"), ("X-Linked-Etag", $"\"{Sha256(content)}\""))
                : Content(request, content);
        }
        return Files.Values.FirstOrDefault(file => request.Path == $"/storage/{Sha256(file)}") is { } stored
            ? Content(request, stored)
            : ServerReply.Empty(404);
    }

    public static string Entry(string path, byte[] content) => content.Length > LargeFrom
        ? JsonSerializer.Serialize(new { type = "file", oid = new string('1', 40), size = content.Length, path, lfs = new { oid = Sha256(content), size = content.Length, pointerSize = 134 } })
        : JsonSerializer.Serialize(new { type = "file", oid = GitHash(content), size = content.Length, path });

    private void Warn(string text)
    {
        lock (Warnings)
        {
            Warnings.Add(text);
        }
    }
}

/// <summary>Calls back at once, on the thread that reports.</summary>
internal sealed class AtOnce(Action<HubProgress> report) : IProgress<HubProgress>
{
    public void Report(HubProgress value) => report(value);
}
