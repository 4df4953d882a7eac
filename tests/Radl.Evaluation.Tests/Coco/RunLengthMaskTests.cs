using Radl.Evaluation.Coco;
using Radl.Evaluation.Coco.Masks;
using Radl.Toybox.Sampling;

namespace Radl.Evaluation.Tests.Coco;

public class RunLengthMaskTests
{
    [Fact]
    public void Random_masks_come_back_from_runs_and_text_and_their_overlaps_are_counted_right()
    {
        var random = new ToyRandom(4, 4);
        for (int round = 0; round < 200; round++)
        {
            int height = 1 + random.Below(12);
            int width = 1 + random.Below(12);
            float share = random.NextFloat();
            bool[] a = Pixels(ref random, height * width, share);
            bool[] b = Pixels(ref random, height * width, .5f);
            RunLengthMask first = RunLengthMask.Encode(a, height, width);
            RunLengthMask second = RunLengthMask.Encode(b, height, width);
            Assert.Equal(a, first.Decode());
            Assert.Equal(a, RunLengthText.Read(first.ToString(), height, width).Decode());
            Assert.Equal(a.Count(p => p), first.Area);
            Assert.Equal(a.Zip(b, (x, y) => x && y), RunLengthMask.Merge([first, second], intersect: true).Decode());
            Assert.Equal(a.Zip(b, (x, y) => x || y), RunLengthMask.Merge([first, second], intersect: false).Decode());
            int shared = a.Zip(b).Count(p => p.First && p.Second);
            int either = a.Zip(b).Count(p => p.First || p.Second);
            Assert.Equal(shared == 0 ? 0 : (double)shared / either, first.Iou(second), 1e-12);
            Assert.Equal(Box(a, width), first.Box);
        }
    }

    [Fact]
    public void A_rectangle_is_filled_between_its_corners()
    {
        RunLengthMask mask = PolygonMask.Rasterize([2, 3, 6, 3, 6, 9, 2, 9], 12, 10);
        Assert.Equal(24, mask.Area);
        Assert.Equal(new CocoBox(2, 3, 4, 6), mask.Box);
        Assert.Equal(default, RunLengthMask.Encode(new bool[6], 2, 3).Box);
    }

    [Theory]
    [InlineData("l51", 23, 17)] // covers too few pixels
    [InlineData("l51^10ZO0Z39", 23, 17)] // too many
    [InlineData("l5 ", 23, 17)] // a foreign character
    [InlineData("l5P", 23, 17)] // an open number
    [InlineData("PPPPPPPPPPPPPPPP", 23, 17)] // a number without end
    [InlineData("O", 2, 2)] // a negative run
    public void Text_that_is_no_mask_is_refused(string text, int height, int width) =>
        Assert.Throws<FormatException>(() => RunLengthText.Read(text, height, width));

    [Fact]
    public void Polygons_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PolygonMask.Rasterize([1, 2, 3, 4], 5, 5));
        Assert.Throws<ArgumentException>(() => PolygonMask.Rasterize([1, 2, 3, 4, 5, double.NaN], 5, 5));
        Assert.Throws<ArgumentException>(() => RunLengthMask.Encode(new bool[5], 2, 3));
        Assert.Throws<ArgumentException>(() => RunLengthMask.Merge([], intersect: true));
    }

    private static bool[] Pixels(ref ToyRandom random, int count, float share)
    {
        var pixels = new bool[count];
        for (int i = 0; i < count; i++)
        {
            pixels[i] = random.Chance(share);
        }

        return pixels;
    }

    private static CocoBox Box(bool[] pixels, int width)
    {
        int[] set = [.. Enumerable.Range(0, pixels.Length).Where(i => pixels[i])];
        if (set.Length == 0)
        {
            return default;
        }

        (int left, int top) = (set.Min(i => i % width), set.Min(i => i / width));
        return new(left, top, set.Max(i => i % width) - left + 1, set.Max(i => i / width) - top + 1);
    }
}
