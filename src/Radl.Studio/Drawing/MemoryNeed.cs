using Microsoft.AspNetCore.Http;
using Radl.Layout.Scenes;
using Radl.Studio.Api;
using Radl.Studio.Jobs;

namespace Radl.Studio.Drawing;

/// <summary>Refuses pictures that cannot fit, before they are begun: a system that promises more memory than it has ends the whole process instead of one request.</summary>
/// <param name="available">Bytes that are free, or null where nobody knows.</param>
internal sealed class MemoryNeed(Func<long?> available)
{
    // A layer of the decoder at full size holds its input, its output and one tensor between them, in fp32.
    private const long BytesPerChannel = 3 * sizeof(float);

    // Tiles of 64 x 64 latents.
    private const long TilePixels = 512 * 512;

    /// <summary>Compares the least that a request needs with what is free.</summary>
    /// <exception cref="RequestException">507, with both figures.</exception>
    public void Check(CatalogModel model, Scene scene, bool isTiled)
    {
        long pixels = (long)(scene.Width ?? model.NativeSize) * (scene.Height ?? model.NativeSize);
        long needed = (isTiled ? Math.Min(pixels, TilePixels) : pixels) * model.DecoderChannels * BytesPerChannel;
        if (available() is { } free && needed > free)
        {
            JobFailure failure = MemoryFailure.Of(needed, free);
            throw new RequestException(StatusCodes.Status507InsufficientStorage, failure.Text) { NeededBytes = needed, AvailableBytes = free };
        }
    }
}
