using Radl.Torch;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>A part of the latent grid that is denoised by itself.</summary>
/// <param name="Top">First row.</param>
/// <param name="Bottom">Row after the last.</param>
/// <param name="Left">First column.</param>
/// <param name="Right">Column after the last.</param>
public readonly record struct LatentWindow(int Top, int Bottom, int Left, int Right)
{
    /// <summary>Rows.</summary>
    public int Height => Bottom - Top;

    /// <summary>Columns.</summary>
    public int Width => Right - Left;

    /// <summary>The window's part of planes, [..., height, width]; a view.</summary>
    public Tensor Of(Tensor planes)
    {
        ArgumentNullException.ThrowIfNull(planes);
        int rank = planes.Shape.Length;
        return planes.Narrow(rank - 2, Top, Height).Narrow(rank - 1, Left, Width);
    }

    /// <summary>Windows over a grid, row by row. A side shorter than the window has one window of its own length.</summary>
    /// <param name="height">Rows of the latent grid.</param>
    /// <param name="width">Columns of the latent grid.</param>
    /// <param name="side">Side of a window.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="coverEdges">
    /// Adds windows that end at the lower and the right edge where the stride does not reach them. The reference has none: with 65 rows its last
    /// one stays without any window, and empty.
    /// </param>
    public static IReadOnlyList<LatentWindow> Over(int height, int width, int side = 64, int stride = 8, bool coverEdges = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        int rows = Math.Min(side, height);
        int columns = Math.Min(side, width);
        List<int> lefts = Starts(width, columns, stride, coverEdges);
        return [.. Starts(height, rows, stride, coverEdges).SelectMany(top => lefts.Select(left => new LatentWindow(top, top + rows, left, left + columns)))];
    }

    private static List<int> Starts(int length, int side, int stride, bool coverEdges)
    {
        var starts = new List<int>();
        for (int start = 0; start + side <= length; start += stride)
        {
            starts.Add(start);
        }
        if (coverEdges && starts[^1] + side < length)
        {
            starts.Add(length - side);
        }
        return starts;
    }
}
