namespace Radl.Layout.Methods.Instances;

/// <summary>The pixels at which each instance is computed, on one grid: those of its own region.</summary>
/// <remarks>
/// Outside its region an instance's features are multiplied by zero, so nothing there need be computed; the work then
/// grows with the area that the regions cover, not with the number of instances times the picture. The lists are padded to
/// the longest one with the scene's first pixel under a zero mask. A region that vanished on the grid keeps one pixel, its
/// box's centre, whose mask is zero: the enhancement has a key there.
/// </remarks>
internal sealed class InstancePixels
{
    public InstancePixels(float[] masks, int pixels, int height, int width, SceneBatch batch, IReadOnlyList<LayoutBox> boxes, bool everyPixel, int multiple)
    {
        var lists = new List<int>[batch.Instances];
        for (int s = 0; s < lists.Length; s++)
        {
            lists[s] = PixelsOf(masks.AsSpan(s * pixels, pixels), boxes[s], height, width, everyPixel);
        }
        // Never more entries than pixels: the fusion takes what is left over as outside.
        int longest = lists.Max(list => list.Count);
        // Half a vector is enough for regions that small: the heads fill it up together.
        multiple = longest <= multiple / 2 ? multiple / 2 : multiple;
        Length = Math.Min(pixels, (longest + multiple - 1) / multiple * multiple);
        long count = (long)batch.Instances * Length;
        Pixel = new long[count];
        Open = new bool[count];
        Mask = new float[count];
        for (int s = 0; s < lists.Length; s++)
        {
            bool vanished = masks.AsSpan(s * pixels, pixels).IndexOfAnyExcept(0f) < 0;
            int centre = vanished ? Centre(boxes[s], height, width) : -1;
            for (int i = 0; i < lists[s].Count; i++)
            {
                int at = (s * Length) + i;
                int pixel = lists[s][i];
                Pixel[at] = pixel;
                Mask[at] = masks[(s * pixels) + pixel];
                Open[at] = vanished ? pixel == centre : Mask[at] > 0;
            }
        }
        Lists = lists;
    }

    /// <summary>Pixels per instance, padded.</summary>
    public int Length { get; }

    /// <summary>Pixel of each entry, [instances * Length].</summary>
    public long[] Pixel { get; }

    /// <summary>Whether the enhancement may look at the entry.</summary>
    public bool[] Open { get; }

    /// <summary>Mask at the entry; 0 for padding.</summary>
    public float[] Mask { get; }

    /// <summary>The pixels of each instance, without padding.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Lists { get; }

    private static List<int> PixelsOf(ReadOnlySpan<float> mask, LayoutBox box, int height, int width, bool everyPixel)
    {
        var list = new List<int>();
        for (int p = 0; p < mask.Length; p++)
        {
            if (everyPixel || mask[p] > 0)
            {
                list.Add(p);
            }
        }
        if (list.Count == 0)
        {
            list.Add(Centre(box, height, width));
        }
        return list;
    }

    private static int Centre(LayoutBox box, int height, int width)
    {
        int row = Math.Clamp((int)Math.Floor((box.Y1 + box.Y2) / 2 * height), 0, height - 1);
        int column = Math.Clamp((int)Math.Floor((box.X1 + box.X2) / 2 * width), 0, width - 1);
        return (row * width) + column;
    }
}
