using System.Net;
using System.Net.Http.Headers;

namespace Radl.Diffusion.Hub;

/// <summary>An answer whose body is yet to be read. Errors of the network are <see cref="HubException"/>s, so that they cannot be taken for errors of the disk.</summary>
internal sealed class HubResponse(HttpResponseMessage message, Silence silence, Uri source) : IDisposable
{
    private Stream? _body;

    public HttpStatusCode Status => message.StatusCode;

    /// <summary>Bytes of the body, where the answer says.</summary>
    public long? Length => message.Content.Headers.ContentLength;

    /// <summary>Which part of the file the body is, or null.</summary>
    public ContentRangeHeaderValue? Range => message.Content.Headers.ContentRange;

    /// <summary>The entity tag, where it is a strong one: only those say that the bytes are the same.</summary>
    public string? StrongTag => message.Headers.ETag is { IsWeak: false } tag ? tag.Tag : null;

    /// <summary>The next page of a listing (<c>Link: …; rel="next"</c>), or null.</summary>
    public Uri? Next
    {
        get
        {
            IEnumerable<string> links = message.Headers.TryGetValues("Link", out IEnumerable<string>? values) ? values.SelectMany(value => value.Split(',')) : [];
            string? link = links.FirstOrDefault(link => link.Contains("rel=\"next\"", StringComparison.Ordinal));
            int end = link?.IndexOf('>', StringComparison.Ordinal) ?? -1;
            return end > 0 && Uri.TryCreate(source, link![..end].Trim().TrimStart('<'), out Uri? next) ? next : null;
        }
    }

    /// <summary>Reads some of the body; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            _body ??= await message.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            int read = await _body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
            silence.Heard();
            return read;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && silence.IsTooLong))
        {
            throw HubErrors.Broken(source, error);
        }
    }

    /// <summary>Reads the whole body.</summary>
    /// <param name="most">Bytes that it may have.</param>
    public async Task<byte[]> ReadAllAsync(int most)
    {
        var buffer = new byte[1 << 16];
        using var whole = new MemoryStream();
        for (int read; (read = await ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            if (whole.Length + read > most)
            {
                throw new HubException($"{HubErrors.Shown(source)}: the answer is longer than {most} bytes");
            }
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _body?.Dispose();
        message.Dispose();
        silence.Dispose();
    }
}
