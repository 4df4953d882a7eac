using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace StudioClient;

/// <summary>What a program needs of the studio's API: ask for a picture, watch it being made, take it.</summary>
/// <param name="http">With the studio's address as its base, and an API key in its headers where the studio has keys.</param>
public sealed class StudioConnection(HttpClient http)
{
    /// <summary>Draws a scene.</summary>
    /// <param name="scene">A scene, as in a scene file.</param>
    /// <param name="settings">Steps, seed, method…; what is absent takes its default.</param>
    /// <param name="progress">Told after every step: how many are done, and of how many.</param>
    /// <param name="cancellation">Also cancels the drawing, within one step.</param>
    /// <returns>The PNG file.</returns>
    /// <exception cref="StudioException">The studio refused the scene or could not draw it.</exception>
    public async Task<byte[]> DrawAsync(JsonObject scene, JsonObject settings, Action<int, int> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var request = new JsonObject { ["scene"] = scene, ["settings"] = settings };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/generations", request, cancellation);
        JsonNode generation = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellation))!;
        if (!answer.IsSuccessStatusCode)
        {
            throw new StudioException((string?)generation["detail"] ?? answer.ReasonPhrase ?? "refused");
        }
        var path = $"/api/generations/{generation["id"]}";
        try
        {
            await foreach ((string name, JsonNode data) in EventsAsync(path + "/events", cancellation))
            {
                switch (name)
                {
                    case "step":
                        progress((int)data["step"]!, (int)data["total"]!);
                        break;
                    case "failed":
                        throw new StudioException((string)data["error"]!);
                    case "cancelled":
                        throw new StudioException("cancelled by someone else");
                }
            }
        }
        catch (OperationCanceledException)
        {
            using HttpResponseMessage _ = await http.DeleteAsync(path, CancellationToken.None);
            throw;
        }
        return await http.GetByteArrayAsync(path + "/image.png", cancellation);
    }

    /// <summary>Reads server-sent events until the stream ends.</summary>
    private async IAsyncEnumerable<(string Name, JsonNode Data)> EventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using Stream stream = await http.GetStreamAsync(path, cancellation);
        using var lines = new StreamReader(stream);
        string name = "";
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line["event: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return (name, JsonNode.Parse(line["data: ".Length..])!);
            }
        }
    }
}

/// <summary>The studio refused a request or could not draw it.</summary>
/// <param name="message">Its own words.</param>
public sealed class StudioException(string message) : Exception(message);
