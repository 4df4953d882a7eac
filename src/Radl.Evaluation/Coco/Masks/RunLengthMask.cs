namespace Radl.Evaluation.Coco.Masks;

/// <summary>
/// A binary mask as COCO stores it: lengths of alternating runs of unset and set pixels, column by column from the top
/// left, beginning with unset ones.
/// </summary>
public sealed class RunLengthMask
{
    private readonly uint[] _runs;

    internal RunLengthMask(int height, int width, uint[] runs) => (Height, Width, _runs) = (height, width, runs);

    public int Height { get; }

    public int Width { get; }

    /// <summary>Lengths of the runs; the odd ones are set.</summary>
    public ReadOnlySpan<uint> Runs => _runs;

    /// <summary>Number of set pixels.</summary>
    public long Area
    {
        get
        {
            long area = 0;
            for (int i = 1; i < _runs.Length; i += 2)
            {
                area += _runs[i];
            }

            return area;
        }
    }

    /// <summary>The tight box; empty at the origin when no pixel is set.</summary>
    public CocoBox Box
    {
        get
        {
            (long left, long top, long right, long bottom) = (Width, Height, -1, -1);
            long start = 0;
            for (int i = 0; i < _runs.Length; i++)
            {
                long end = start + _runs[i];
                if (i % 2 == 1 && end > start)
                {
                    (long firstColumn, long firstRow) = Math.DivRem(start, Height);
                    (long lastColumn, long lastRow) = Math.DivRem(end - 1, Height);
                    bool one = firstColumn == lastColumn; // a run over two columns touches top and bottom
                    (left, right) = (Math.Min(left, firstColumn), Math.Max(right, lastColumn));
                    (top, bottom) = (Math.Min(top, one ? firstRow : 0), Math.Max(bottom, one ? lastRow : Height - 1));
                }

                start = end;
            }

            return right < 0 ? default : new(left, top, right - left + 1, bottom - top + 1);
        }
    }

    /// <summary>Encodes pixels.</summary>
    /// <param name="pixels">[height, width], row-major.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">There are more or fewer pixels.</exception>
    public static RunLengthMask Encode(ReadOnlySpan<bool> pixels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (pixels.Length != (long)height * width)
        {
            throw new ArgumentException($"pixels: {pixels.Length}, but {height} rows of {width} have {(long)height * width}", nameof(pixels));
        }

        var runs = new List<uint>();
        bool value = false;
        uint run = 0;
        for (int x = 0; x < width; x++)
        {
            for (int y = 0; y < height; y++)
            {
                if (pixels[(y * width) + x] != value)
                {
                    runs.Add(run);
                    (run, value) = (0, !value);
                }

                run++;
            }
        }

        runs.Add(run);
        return new(height, width, [.. runs]);
    }

    /// <summary>The pixels, [height, width], row-major.</summary>
    public bool[] Decode()
    {
        var pixels = new bool[Height * Width];
        long at = 0;
        for (int i = 0; i < _runs.Length; i++)
        {
            for (uint k = 0; k < _runs[i]; k++, at++)
            {
                pixels[(at % Height * Width) + (at / Height)] = i % 2 == 1;
            }
        }

        return pixels;
    }

    /// <summary>Union or intersection of masks of one size.</summary>
    /// <exception cref="ArgumentException">There is no mask, or the sizes differ.</exception>
    public static RunLengthMask Merge(IReadOnlyList<RunLengthMask> masks, bool intersect)
    {
        ArgumentNullException.ThrowIfNull(masks);
        if (masks.Count == 0 || masks.Any(m => m.Height != masks[0].Height || m.Width != masks[0].Width))
        {
            throw new ArgumentException("masks: at least one mask, all of one size", nameof(masks));
        }

        return masks.Skip(1).Aggregate(masks[0], (a, b) => a.Combine(b, intersect));
    }

    /// <summary>Overlap of a detected mask (this one) with a true one.</summary>
    /// <inheritdoc cref="CocoBox.Iou" path="/param"/>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public double Iou(RunLengthMask truth, bool crowd = false)
    {
        ArgumentNullException.ThrowIfNull(truth);
        long shared = Merge([this, truth], intersect: true).Area;
        long whole = crowd ? Area : Area + truth.Area - shared;
        return shared == 0 ? 0 : (double)shared / whole;
    }

    /// <summary>COCO's compressed text.</summary>
    public override string ToString() => RunLengthText.Write(_runs);

    private RunLengthMask Combine(RunLengthMask other, bool intersect)
    {
        var merged = new List<uint>();
        var (i, j) = (0, 0);
        var (a, b) = (_runs[0], other._runs[0]);
        bool value = false;
        uint length = 0;
        for (long left = (long)Height * Width; left > 0;)
        {
            // Empty runs only switch the value.
            if (a == 0)
            {
                a = _runs[++i];
                continue;
            }

            if (b == 0)
            {
                b = other._runs[++j];
                continue;
            }

            bool next = intersect ? i % 2 == 1 && j % 2 == 1 : i % 2 == 1 || j % 2 == 1;
            if (next != value)
            {
                merged.Add(length);
                (length, value) = (0, next);
            }

            uint step = Math.Min(a, b);
            (a, b, length, left) = (a - step, b - step, length + step, left - step);
        }

        merged.Add(length);
        return new(Height, Width, [.. merged]);
    }
}
