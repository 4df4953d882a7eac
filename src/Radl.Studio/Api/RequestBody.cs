using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Studio.Api;

/// <summary>Reads bodies up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Largest JSON body.</summary>
    public const int JsonBytes = 1 << 20;

    /// <summary>Largest upload, and largest JSON body with embedded mask pictures.</summary>
    public const int UploadBytes = 16 << 20;

    /// <summary>What errors call the body.</summary>
    public const string Name = "request";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads all bytes.</summary>
    /// <exception cref="RequestException">There are more than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }
        using var bytes = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[1 << 14];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (bytes.Length + read > limit)
            {
                throw TooLarge(limit);
            }
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    /// <summary>Reads a JSON body as UTF-8 text that is valid.</summary>
    public static async Task<byte[]> ReadJsonAsync(HttpRequest request, int limit = JsonBytes)
    {
        Require(request, type => type is "application/json" or "text/json" || type.EndsWith("+json", StringComparison.Ordinal), "application/json");
        byte[] body = await ReadAsync(request, limit);
        try
        {
            StrictUtf8.GetCharCount(body);
        }
        catch (DecoderFallbackException error)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, $"must be UTF-8; byte {error.Index} is not", "$");
        }
        return body;
    }

    /// <summary>Refuses bodies of another kind.</summary>
    public static void Require(HttpRequest request, Func<string, bool> isRight, string expected)
    {
        if (request.ContentType is { Length: > 0 } text && !(MediaTypeHeaderValue.TryParse(text, out MediaTypeHeaderValue? type) && isRight(type.MediaType.ToString().ToLowerInvariant())))
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, Problems.BodyMustBe(expected));
        }
    }

    /// <summary>Refuses text that is large for another reason than its embedded masks.</summary>
    public static void RequireSmallWithoutMasks(int length, Scene scene)
    {
        if (length > JsonBytes && !scene.Instances.Any(instance => instance.Mask is ImageShape))
        {
            throw TooLarge(JsonBytes);
        }
    }

    private static RequestException TooLarge(int limit) => new(StatusCodes.Status413PayloadTooLarge, $"the body has more than {limit} bytes");
}
