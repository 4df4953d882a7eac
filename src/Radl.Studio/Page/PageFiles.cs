using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Radl.Studio.Security;

namespace Radl.Studio.Page;

/// <summary>The web page: the files that were embedded at build time, packed once at start.</summary>
internal static class PageFiles
{
    private const string Prefix = "wwwroot/";
    private const string Index = "index.html";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
    };

    // The same for every server of a process.
    private static readonly Lazy<IReadOnlyList<PageFile>> All = new(ReadAll);

    /// <summary>One route for each file, so that nothing else can be asked for.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (PageFile file in Read())
        {
            routes.MapMethods("/" + file.Name, ["GET", "HEAD"], file.Answer).OpenToAll().ExcludeFromDescription();
            if (file.Name == Index)
            {
                routes.MapMethods("/", ["GET", "HEAD"], file.Answer).OpenToAll().ExcludeFromDescription();
            }
        }
    }

    /// <summary>All files, packed when they are first asked for.</summary>
    public static IReadOnlyList<PageFile> Read() => All.Value;

    private static IReadOnlyList<PageFile> ReadAll()
    {
        string[] names = [.. typeof(PageFiles).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))];
        return [.. names.AsParallel().Select(Read)];
    }

    private static PageFile Read(string resource)
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        string name = resource[Prefix.Length..].Replace('\\', '/');
        return new PageFile(name, Types.GetValueOrDefault(Path.GetExtension(name), "application/octet-stream"), bytes);
    }
}

/// <summary>One file of the page in every encoding that pays.</summary>
internal sealed class PageFile
{
    private readonly byte[] _plain;
    private readonly byte[]? _gzip;
    private readonly byte[]? _brotli;
    private readonly string _hash;
    private readonly string _type;

    public PageFile(string name, string type, byte[] plain)
    {
        Name = name;
        _type = type;
        _plain = plain;
        _hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..16];
        _gzip = Smaller(Pack(plain, stream => new GZipStream(stream, CompressionLevel.SmallestSize, leaveOpen: true)));
        _brotli = Smaller(Pack(plain, stream => new BrotliStream(stream, CompressionLevel.Optimal, leaveOpen: true)));
    }

    public string Name { get; }

    public async Task Answer(HttpContext context)
    {
        (byte[] body, string? encoding) = Choose(context.Request);
        HttpResponse response = context.Response;
        var tag = new EntityTagHeaderValue($"\"{_hash}{(encoding is null ? "" : "-" + encoding)}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        // Kept, but asked for again each time: a new version of the program shows at once.
        response.Headers.CacheControl = "no-cache";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = _type;
        response.ContentLength = body.Length;
        if (encoding is not null)
        {
            response.Headers.ContentEncoding = encoding;
        }
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static byte[] Pack(byte[] plain, Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (Stream stream = packer(packed))
        {
            stream.Write(plain);
        }
        return packed.ToArray();
    }

    private (byte[] Body, string? Encoding) Choose(HttpRequest request)
    {
        string[] accepted = [.. request.GetTypedHeaders().AcceptEncoding.Where(entry => entry.Quality is null or > 0).Select(entry => entry.Value.ToString().ToLowerInvariant())];
        return _brotli is not null && accepted.Contains("br") ? (_brotli, "br") : _gzip is not null && accepted.Contains("gzip") ? (_gzip, "gzip") : (_plain, null);
    }

    private byte[]? Smaller(byte[] packed) => packed.Length < _plain.Length * 9 / 10 ? packed : null;
}
