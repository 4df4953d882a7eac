using Radl.Toybox.World;

namespace Radl.Evaluation.Toybox.Benchmarks;

/// <summary>Everything that the detector reads from one picture.</summary>
/// <param name="Scene">What was asked for.</param>
/// <param name="Asked">What was found of each asked instance and relation.</param>
/// <param name="Found">All toys of the picture, whatever was asked for.</param>
public sealed record ToySceneReading(ToyScene Scene, ToySceneDetection Asked, IReadOnlyList<ToyFinding> Found)
{
    /// <summary>Reads a picture.</summary>
    /// <inheritdoc cref="ToyDetector.Detect(ReadOnlySpan{byte}, int, ToyScene)" path="/param"/>
    /// <inheritdoc cref="ToyDetector.Detect(ReadOnlySpan{byte}, int, ToyScene)" path="/exception"/>
    public static ToySceneReading Of(ReadOnlySpan<byte> rgb, int size, ToyScene asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var tones = new PixelTones(rgb, size);
        return new(asked, ToyDetector.Detect(tones, asked), ToyFinder.Find(tones, asked.Canvas));
    }
}
