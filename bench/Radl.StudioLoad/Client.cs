using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Radl.StudioLoad;

/// <summary>One impatient user: asks for a picture, then watches it, cancels it, or breaks the stream off.</summary>
internal sealed class Client(HttpClient http, Tally tally, int steps, Random random)
{
    private const int LongestWait = 2000;

    /// <summary>Goes on until the time is over.</summary>
    public async Task RunAsync(JsonNode scene, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await OnceAsync(scene, over);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                tally.Fault(error.Message);
            }
        }
    }

    private async Task OnceAsync(JsonNode scene, CancellationToken over)
    {
        var body = new JsonObject { ["scene"] = scene.DeepClone(), ["settings"] = new JsonObject { ["steps"] = steps, ["seed"] = random.Next() } };
        long start = Stopwatch.GetTimestamp();
        // A request that is under way is finished, so that none is accepted without being counted.
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/generations", body, CancellationToken.None);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests && answer.Headers.RetryAfter?.Delta is { } wait)
        {
            tally.Refused(time);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(wait.TotalMilliseconds, LongestWait) * random.NextDouble()), over);
            return;
        }
        if (answer.StatusCode != HttpStatusCode.Accepted)
        {
            tally.Fault(FormattableString.Invariant($"POST gave {(int)answer.StatusCode}"));
            return;
        }
        string id = (await answer.Content.ReadFromJsonAsync<JsonNode>(CancellationToken.None))!["id"]!.GetValue<string>();
        tally.Accepted(id, time);
        switch (random.Next(4))
        {
            case 0:
                await Task.Delay(random.Next(LongestWait), over);
                using (await http.DeleteAsync(new Uri($"/api/generations/{id}", UriKind.Relative), CancellationToken.None))
                {
                    Interlocked.Increment(ref tally.Cancelled);
                }
                break;
            case 1:
                using (var patience = CancellationTokenSource.CreateLinkedTokenSource(over))
                {
                    patience.CancelAfter(random.Next(LongestWait));
                    if (!await WatchAsync(id, patience.Token))
                    {
                        Interlocked.Increment(ref tally.Dropped);
                    }
                }
                break;
            default:
                await WatchAsync(id, over);
                break;
        }
    }

    // Whether the stream came to its end, which must be exactly one terminal event.
    private async Task<bool> WatchAsync(string id, CancellationToken cancellation)
    {
        try
        {
            using Stream stream = await http.GetStreamAsync(new Uri($"/api/generations/{id}/events", UriKind.Relative), cancellation);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(cancellation) is { } line)
            {
                if (line is "event: done" or "event: failed" or "event: cancelled")
                {
                    tally.Ended(id);
                }
            }
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
