using Radl.Layout.Regions;

namespace Radl.Layout.Methods.Energy;

/// <summary>A box in cells of an attention's grid: columns from Left up to but without Right, rows likewise; never empty.</summary>
/// <remarks>A box that a rule leaves without a cell gets the one that its middle lies in: without cells it could pull nothing towards itself.</remarks>
internal readonly record struct CellBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Edges at the nearest line of the grid, halves to the even one.</summary>
    public static CellBox Rounded(NormalizedBox box, int height, int width) => Of(box, height, width, Math.Round);

    /// <summary>Edges cut off to the line before them.</summary>
    public static CellBox Truncated(NormalizedBox box, int height, int width) => Of(box, height, width, Math.Truncate);

    /// <summary>Sets the box's cells of a row-major map to 1.</summary>
    public void Mark(Span<float> map, int width)
    {
        for (int row = Top; row < Bottom; row++)
        {
            map.Slice((row * width) + Left, Right - Left).Fill(1);
        }
    }

    private static CellBox Of(NormalizedBox box, int height, int width, Func<double, double> toLine)
    {
        (int left, int right) = Extent(box.X1, box.X2, box.Centre.X, width, toLine);
        (int top, int bottom) = Extent(box.Y1, box.Y2, box.Centre.Y, height, toLine);
        return new CellBox(left, top, right, bottom);
    }

    private static (int From, int To) Extent(double from, double to, double middle, int cells, Func<double, double> toLine)
    {
        int first = (int)toLine(from * cells);
        int end = (int)toLine(to * cells);
        int held = Math.Min((int)(middle * cells), cells - 1);
        return end > first ? (first, end) : (held, held + 1);
    }
}
