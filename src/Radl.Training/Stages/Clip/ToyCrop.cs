using Radl.Diffusion.Clip;
using Radl.Toybox.World;

namespace Radl.Training.Stages.Clip;

/// <summary>The part of a picture inside of a box, as local CLIP sees it.</summary>
public static class ToyCrop
{
    /// <summary>Cuts a box out and stretches it to the model's input. Corners are truncated to pixels; the part has at least one pixel.</summary>
    /// <param name="preprocessing">The model's.</param>
    /// <param name="picture">[side, side, 3] bytes.</param>
    /// <param name="side">Pixels a side.</param>
    /// <param name="box">What is cut out; outside of the picture it is cut off.</param>
    /// <returns>[input side, input side, 3] bytes.</returns>
    public static byte[] Of(ClipPreprocessing preprocessing, ReadOnlySpan<byte> picture, int side, ToyBox box)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        int left = Math.Clamp((int)(box.X1 * side), 0, side - 1);
        int top = Math.Clamp((int)(box.Y1 * side), 0, side - 1);
        int right = Math.Clamp((int)(box.X2 * side), left + 1, side);
        int bottom = Math.Clamp((int)(box.Y2 * side), top + 1, side);
        return preprocessing.Stretch(picture, side, side, left, top, right - left, bottom - top);
    }
}
