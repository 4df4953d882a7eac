using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Radl.Diffusion.Imaging;

namespace Radl.Studio.Tests.Api;

/// <summary>Whatever arrives on the wire, the server answers the next request.</summary>
public sealed class FuzzTests(TinyModels models) : StudioTest(models)
{
    private const int Rounds = 15;

    private static readonly string[] Bodies =
    [
        Request("""{"steps":1,"preview_every":0}"""),
        Scene,
        """{"prompt":"a fish chasing a car"}""",
        """{"prompt":"a fish","steps":1,"width":64,"height":64,"seed":3,"alwayson_scripts":{"radl":{"args":[{"instances":[{"label":"a fish","box":[0,0,1,1]}]}]}}}""",
        """{"prompt":"a fish","n":1,"size":"64x64","radl":{"steps":1}}""",
    ];

    private static readonly string[] Verbs = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"];

    private static readonly string[] Splinters =
        ["{", "}", "[", "]", "\"", ",", ":", "null", "true", "-1", "1e999", "1e-999", "NaN", "99999999999999999999", "\\ud800", "\\u0000", "\0", "é", "\uFEFF", "data:image/png;base64,", "../", "%00", "\r\n", new string('[', 64), new string('9', 400)];

    [Fact]
    public async Task Mutated_bodies_on_every_route_and_verb_give_no_5xx_but_503_and_507()
    {
        Options = Options with { Queue = 4 };
        await StartServer();
        Client.Timeout = TimeSpan.FromSeconds(60);
        string id = await Submit("""{"steps":1}""");
        await Ended(id);
        string[] routes = [.. Server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct()];
        var random = new Random(1);
        var answers = new SortedDictionary<int, int>();

        foreach (string route in routes)
        {
            foreach (string verb in Verbs)
            {
                for (int round = 0; round < (verb == "POST" ? Rounds : 2); round++)
                {
                    HttpStatusCode status = await Ask(verb, Fill(route, id, random), verb is "GET" or "HEAD" or "DELETE" ? null : Mutated(random));
                    answers[(int)status] = answers.GetValueOrDefault((int)status) + 1;
                    Assert.True((int)status < 500 || status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage, $"{verb} {route}: {status}");
                }
            }
        }

        Assert.Equal(HttpStatusCode.OK, await Ask("GET", "/health", null));
        Assert.Contains(400, answers.Keys);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", answers.Select(entry => $"{entry.Value} x {entry.Key}")));
    }

    [Fact]
    public async Task Bytes_that_are_no_HTTP_harm_nobody()
    {
        await StartServer();
        var random = new Random(2);
        for (int round = 0; round < 20; round++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(Server.Address.Host, Server.Address.Port, Stop);
            var bytes = new byte[random.Next(1, 4000)];
            random.NextBytes(bytes);
            string head = round % 2 == 0 ? "" : $"POST /api/generations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {random.Next(5000, 9000)}\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Stop);
            await socket.GetStream().WriteAsync(bytes, Stop);
        }

        Assert.Equal(HttpStatusCode.OK, await Ask("GET", "/health", null));
        Assert.Equal("done", (string)(await Ended(await Submit()))["state"]!);
    }

    private static byte[] Mutated(Random random)
    {
        if (random.Next(12) == 0)
        {
            byte[] png = PngWriter.ToBytes(new RgbImage(8, 8), [new("radl", Bodies[random.Next(Bodies.Length)])]);
            png[random.Next(png.Length)] ^= (byte)(1 << random.Next(8));
            return png;
        }
        var text = new StringBuilder(Bodies[random.Next(Bodies.Length)]);
        for (int change = random.Next(4); change > 0; change--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0:
                    text.Insert(at, Splinters[random.Next(Splinters.Length)]);
                    break;
                case 1:
                    text.Remove(at, random.Next(1, Math.Min(20, text.Length - at) + 1));
                    break;
                case 2:
                    text[at] = (char)random.Next(1, 256);
                    break;
                default:
                    text.Append(text.ToString(0, at));
                    break;
            }
            if (text.Length == 0)
            {
                text.Append('x');
            }
        }
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(6) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(128, 256);
        }
        return bytes;
    }

    private static string Fill(string route, string id, Random random)
    {
        string[] ids = [id, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "..%2f..%2fetc%2fpasswd", "%00", "x", new string('A', 2000)];
        string[] queries = ["", "?index=0", "?index=99999999999", "?index=-1", "?query=%25&limit=1", "?limit=x", "?before=%00&state=done", "?query=" + new string('a', 3000)];
        return route.Replace("{id}", ids[random.Next(ids.Length)], StringComparison.Ordinal).Replace("{documentName}", random.Next(2) == 0 ? "v1" : "..%2fv1", StringComparison.Ordinal) + queries[random.Next(queries.Length)];
    }

    private async Task<HttpStatusCode> Ask(string verb, string path, byte[]? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path) { Content = body is null ? null : new ByteArrayContent(body) };
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", path.Contains("from-picture", StringComparison.Ordinal) ? "image/png" : "application/json");
        using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        return response.StatusCode;
    }
}
