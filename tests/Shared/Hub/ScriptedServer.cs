using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Radl.Tests.Shared;

/// <summary>What a client asked.</summary>
internal sealed record ServerRequest(string Host, string Path, string Query, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>First byte of <c>Range: bytes=N-</c>, or null.</summary>
    public int? From => Header("Range") is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : null;
}

/// <summary>What the server answers.</summary>
internal sealed record ServerReply(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Body bytes after which the connection is closed, or null.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the length is not told, so that the end of the connection is the end of the body.</summary>
    public bool HidesLength { get; init; }

    /// <summary>What the server waits for before it answers, or null.</summary>
    public Task? Hold { get; init; }

    public static ServerReply Json(string text) => new(200, Encoding.UTF8.GetBytes(text));

    public static ServerReply Empty(int status, params (string Name, string Value)[] headers) =>
        new(status, []) { Headers = headers.ToDictionary(header => header.Name, header => header.Value) };
}

/// <summary>A real HTTP/1.1 server on loopback that follows a script; one request a connection.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ServerRequest, ServerReply> _answer;
    private readonly ConcurrentQueue<ServerRequest> _requests = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public ScriptedServer(Func<ServerRequest, ServerReply> answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public IReadOnlyList<ServerRequest> Requests => [.. _requests];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _loop.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                open.Add(ServeAsync(socket));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            ServerRequest request = await ReadAsync(stream);
            _requests.Enqueue(request);
            ServerReply reply = _answer(request);
            if (reply.Hold is not null)
            {
                await reply.Hold.WaitAsync(_stop.Token);
            }
            await WriteAsync(stream, reply);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            return; // The client went away, as clients do.
        }
    }

    private async Task<ServerRequest> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || !bytes[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                throw new IOException("the client closed the connection");
            }
            bytes.Add(one[0]);
        }
        string[] lines = Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        string[] target = lines[0].Split(' ')[1].Split('?', 2);
        return new ServerRequest(headers.GetValueOrDefault("Host", ""), Uri.UnescapeDataString(target[0]), target.Length > 1 ? target[1] : "", headers);
    }

    private async Task WriteAsync(NetworkStream stream, ServerReply reply)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} -\r\nConnection: close\r\n");
        if (!reply.HidesLength)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
        }
        foreach ((string name, string value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        await stream.WriteAsync(reply.Body.AsMemory(0, Math.Min(reply.Body.Length, reply.CutAfter ?? int.MaxValue)), _stop.Token);
    }
}
