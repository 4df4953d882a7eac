namespace Radl.Evaluation.Coco.Masks;

/// <summary>
/// Rasterises a polygon as COCO does: its edges are walked on a grid five times finer, every crossing into another
/// fine column that falls on a pixel column's centre switches the pixels below it.
/// </summary>
public static class PolygonMask
{
    private const int Fine = 5;

    /// <summary>The mask of a polygon.</summary>
    /// <param name="points">x, y of each vertex in pixels; at least three vertices.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <exception cref="ArgumentException">An odd number of values, fewer than three vertices, or one that is not finite or further than a million pixels away.</exception>
    public static RunLengthMask Rasterize(ReadOnlySpan<double> points, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (points.Length % 2 != 0 || points.Length < 6)
        {
            throw new ArgumentException($"points: {points.Length} values, but x and y of at least three vertices are needed", nameof(points));
        }

        foreach (double value in points)
        {
            if (!(Math.Abs(value) <= 1e6))
            {
                throw new ArgumentException($"points: {value} is not a place in a picture", nameof(points));
            }
        }

        List<(int X, int Y)> outline = Walk(points);
        List<long> switches = Switches(outline, height, width);
        switches.Sort();
        return FromSwitches(switches, height, width);
    }

    private static List<(int X, int Y)> Walk(ReadOnlySpan<double> points)
    {
        int count = points.Length / 2;
        var corners = new (int X, int Y)[count + 1];
        for (int i = 0; i < count; i++)
        {
            corners[i] = ((int)((Fine * points[2 * i]) + .5), (int)((Fine * points[(2 * i) + 1]) + .5));
        }

        corners[count] = corners[0];
        var outline = new List<(int, int)>();
        for (int i = 0; i < count; i++)
        {
            WalkEdge(corners[i], corners[i + 1], outline);
        }

        return outline;
    }

    // Rounding must not depend on the direction, so an edge is always computed from its lower end.
    private static void WalkEdge((int X, int Y) from, (int X, int Y) to, List<(int X, int Y)> outline)
    {
        int dx = Math.Abs(to.X - from.X);
        int dy = Math.Abs(to.Y - from.Y);
        bool flat = dx >= dy;
        int length = flat ? dx : dy;
        bool backwards = flat ? from.X > to.X : from.Y > to.Y;
        (int X, int Y) start = backwards ? to : from;
        (int X, int Y) end = backwards ? from : to;
        double slope = length == 0 ? 0 : (double)(flat ? end.Y - start.Y : end.X - start.X) / length;
        for (int d = 0; d <= length; d++)
        {
            int t = backwards ? length - d : d;
            outline.Add(flat ? (start.X + t, (int)(start.Y + (slope * t) + .5)) : ((int)(start.X + (slope * t) + .5), start.Y + t));
        }
    }

    private static List<long> Switches(List<(int X, int Y)> outline, int height, int width)
    {
        var switches = new List<long>();
        for (int i = 1; i < outline.Count; i++)
        {
            (int X, int Y) before = outline[i - 1];
            (int X, int Y) here = outline[i];
            double column = ((here.X < before.X ? here.X : here.X - 1) + .5) / Fine - .5;
            if (here.X == before.X || column != Math.Floor(column) || column < 0 || column > width - 1)
            {
                continue;
            }

            double row = (Math.Min(here.Y, before.Y) + .5) / Fine - .5;
            switches.Add(((long)column * height) + (long)Math.Ceiling(Math.Clamp(row, 0, height)));
        }

        return switches;
    }

    private static RunLengthMask FromSwitches(List<long> switches, int height, int width)
    {
        // Two switches at one place undo each other: the runs before and after them are one.
        var runs = new List<uint>();
        long last = 0;
        long end = (long)height * width;
        bool merge = false;
        foreach (long place in switches.Append(end))
        {
            uint run = (uint)(place - last);
            last = place;
            if (merge)
            {
                runs[^1] += run;
                merge = false;
            }
            else if (run > 0 || runs.Count == 0)
            {
                runs.Add(run);
            }
            else
            {
                merge = true;
            }
        }

        return new(height, width, [.. runs]);
    }
}
