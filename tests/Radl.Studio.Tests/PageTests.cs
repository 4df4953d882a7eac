using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Radl.Studio.Page;

namespace Radl.Studio.Tests;

public sealed class PageTests(TinyModels models) : StudioTest(models)
{
    [Fact]
    public async Task The_page_is_served_packed_and_asked_for_again_by_its_tag()
    {
        await StartServer();
        using HttpResponseMessage plain = await Ask("/", null, null);
        foreach (string encoding in (string[])["br", "gzip"])
        {
            using HttpResponseMessage packed = await Ask("/", encoding, null);
            using HttpResponseMessage again = await Ask("/", encoding, packed.Headers.ETag);

            Assert.Equal(encoding, Assert.Single(packed.Content.Headers.ContentEncoding));
            Assert.True(packed.Content.Headers.ContentLength < plain.Content.Headers.ContentLength);
            Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
            Assert.Contains("Accept-Encoding", packed.Headers.Vary);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        }

        Assert.Equal("text/html", plain.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<!doctype html>", await plain.Content.ReadAsStringAsync(Stop), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_file_of_the_page_is_a_route_of_its_own_and_together_they_are_small()
    {
        await StartServer();
        string[] routes = [.. Server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText!)];
        long bytes = 0;
        foreach (PageFile file in PageFiles.Read())
        {
            Assert.Contains("/" + file.Name, routes);
            using HttpResponseMessage response = await Ask("/" + file.Name, "br", null);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.NotEqual("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
            bytes += response.Content.Headers.ContentLength ?? 0;
        }

        Assert.InRange(bytes, 1, 150 << 10);
    }

    private async Task<HttpResponseMessage> Ask(string path, string? encoding, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encoding is not null)
        {
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        }
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }
        return await Client.SendAsync(request, Stop);
    }
}
