namespace Radl.Layout.Regions;

/// <summary>Regions as pixels of the whole picture: 1 inside, 0 outside.</summary>
public static class RegionRaster
{
    /// <summary>MIGC's rule: columns int(width x1) to int(width x2) - 1, rows likewise, in double precision. A box thinner than a pixel may have none.</summary>
    public static MaskPlane Box(NormalizedBox box, int width, int height)
    {
        var plane = Empty(width, height);
        var (left, right) = (Math.Max((int)(width * box.X1), 0), Math.Min((int)(width * box.X2), width));
        for (var y = Math.Max((int)(height * box.Y1), 0); y < Math.Min((int)(height * box.Y2), height); y++)
        {
            if (right > left)
                plane.Values.AsSpan((y * width) + left, right - left).Fill(1);
        }

        return plane;
    }

    /// <summary>A form other than a box: polygons take the pixels whose centres they hold; of a mask picture each pixel takes the nearest mark.</summary>
    public static MaskPlane Shape(RegionShape shape, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var plane = Empty(width, height);
        switch (shape)
        {
            case PolygonShape polygons:
                foreach (var (row, first, count) in polygons.Polygons.SelectMany(polygon => Spans(polygon, width, height)))
                    plane.Values.AsSpan((row * width) + first, count).Fill(1);
                break;
            case ImageShape image:
                for (var y = 0; y < height; y++)
                {
                    for (var x = 0; x < width; x++)
                        plane.Values[(y * width) + x] = IsMarked(image, x, y, width, height) ? 1 : 0;
                }

                break;
            default:
                throw Unknown(shape);
        }

        return plane;
    }

    /// <summary>
    /// MIGC++'s bounds of a mask: the first and the last marked column and row, each divided by the picture's size, so that the last ones are left out.
    /// Null where nothing is marked.
    /// </summary>
    public static NormalizedBox? LastPixelBounds(MaskPlane plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        var (left, top, right, bottom) = (plane.Width, plane.Height, -1, -1);
        for (var y = 0; y < plane.Height; y++)
        {
            var row = plane.Values.AsSpan(y * plane.Width, plane.Width);
            var first = row.IndexOfAnyExcept(0f);
            if (first < 0)
                continue;
            (left, right) = (Math.Min(left, first), Math.Max(right, row.LastIndexOfAnyExcept(0f)));
            (top, bottom) = (Math.Min(top, y), y);
        }

        return right < 0 ? null : new((double)left / plane.Width, (double)top / plane.Height, (double)right / plane.Width, (double)bottom / plane.Height);
    }

    /// <summary>Whether <see cref="Box"/> sets any pixel.</summary>
    public static bool MarksPixel(NormalizedBox box, int width, int height) =>
        (int)(width * box.X2) > (int)(width * box.X1) && (int)(height * box.Y2) > (int)(height * box.Y1);

    /// <summary>Whether <see cref="Shape"/> sets any pixel. It ends at the first one.</summary>
    public static bool MarksPixel(RegionShape shape, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape switch
        {
            PolygonShape polygons => polygons.Polygons.Any(polygon => Spans(polygon, width, height).Any()),
            ImageShape image => Enumerable.Range(0, height).Any(y => Enumerable.Range(0, width).Any(x => IsMarked(image, x, y, width, height))),
            _ => throw Unknown(shape),
        };
    }

    private static MaskPlane Empty(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        return new MaskPlane(width, height, new float[checked(width * height)]);
    }

    private static bool IsMarked(ImageShape image, int x, int y, int width, int height) =>
        image.Marks[((int)((y + 0.5) * image.Height / height) * image.Width) + (int)((x + 0.5) * image.Width / width)];

    // Even-odd rule along the rows of pixel centres: no span is empty.
    private static IEnumerable<(int Row, int First, int Count)> Spans(IReadOnlyList<(double X, double Y)> polygon, int width, int height)
    {
        var crossings = new List<double>();
        for (var y = 0; y < height; y++)
        {
            var level = (y + 0.5) / height;
            crossings.Clear();
            for (var i = 0; i < polygon.Count; i++)
            {
                var (from, to) = (polygon[i], polygon[(i + 1) % polygon.Count]);
                if (from.Y <= level != to.Y <= level)
                    crossings.Add((from.X + ((level - from.Y) / (to.Y - from.Y) * (to.X - from.X))) * width);
            }

            crossings.Sort();
            for (var k = 0; k + 1 < crossings.Count; k += 2)
            {
                // A pixel belongs to the span that holds its centre, x + 0.5.
                var first = Math.Max((int)Math.Ceiling(crossings[k] - 0.5), 0);
                var end = Math.Min((int)Math.Ceiling(crossings[k + 1] - 0.5), width);
                if (end > first)
                    yield return (y, first, end - first);
            }
        }
    }

    private static NotSupportedException Unknown(RegionShape shape) => new($"{shape.GetType().Name}: this form of region is not known");
}
