using FsCheck;
using FsCheck.Fluent;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;

namespace Radl.Layout.Tests.Regions;

public class RegionMasksTests
{
    [Fact]
    public void Region_masks_of_disjoint_boxes_never_overlap()
    {
        var splits = from split in Gen.Choose(1, 999)
                     from size in Gen.Elements(64, 128, 512)
                     select (Split: split / 1000.0, Size: size);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(splits.ToArbitrary(), scene =>
        {
            var left = RegionRaster.Box(new(0, 0, scene.Split, 1), scene.Size, scene.Size).Values;
            var right = RegionRaster.Box(new(scene.Split, 0, 1, 1), scene.Size, scene.Size).Values;
            Assert.All(left.Zip(right), pair => Assert.Equal(1, pair.First + pair.Second));
        }));
    }

    [Fact]
    public void Background_and_masks_cover_every_cell_of_every_grid()
    {
        var shares = Gen.Choose(0, 1000).Select(value => value / 1000.0);
        var boxes = shares.Two().Two().Select(p => new NormalizedBox(
            Math.Min(p.Item1.Item1, p.Item2.Item1), Math.Min(p.Item1.Item2, p.Item2.Item2), Math.Max(p.Item1.Item1, p.Item2.Item1), Math.Max(p.Item1.Item2, p.Item2.Item2)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(boxes.ListOf(4).ToArbitrary(), list =>
        {
            foreach (var reduction in Enum.GetValues<MaskReduction>())
            {
                var layer = Masks([.. list], 128, 64, 4, reduction).OnGrid(4, 8);
                for (var i = 0; i < 32; i++)
                {
                    var sum = layer.Background[i] + Enumerable.Range(0, layer.Count).Sum(k => layer.Instance(k)[i]);
                    Assert.InRange(sum, 1 - 1e-5f, 5);
                    Assert.InRange(layer.Total[i], 0, 1);
                }
            }
        }));
    }

    [Fact]
    public void Columns_and_rows_are_truncated_not_rounded()
    {
        // int(100 * 0.29) is 28 in double precision.
        var plane = RegionRaster.Box(new(0.29, 0.999, 0.571, 1), 100, 100);
        Assert.Equal(57 - 28, plane.Values.Count(value => value == 1));
        Assert.Equal((1, 1), (plane.Values[(99 * 100) + 28], plane.Values[(99 * 100) + 56]));
    }

    [Fact]
    public void The_latent_grid_averages_the_two_middle_pixels_of_eight()
    {
        // Of the columns 8i..8i+7 only 8i+3 and 8i+4 count.
        Assert.Equal(0.5f, Masks([new(0, 0, 4.0 / 64, 1)], 64, 64, 8).Instances[0]);
        Assert.Equal(0, Masks([new(0, 0, 3.0 / 64, 1)], 64, 64, 8).Instances[0]);
        Assert.Equal(1, Masks([new(3.0 / 64, 0, 5.0 / 64, 1)], 64, 64, 8).Instances[0]);
    }

    [Fact]
    public void A_box_of_fifty_four_pixels_can_vanish_and_area_averaging_keeps_it()
    {
        // On the 8x8 grid of 512 pixels only the pixels 64i + {27, 28, 35, 36} are seen.
        NormalizedBox[] boxes = [new(37.0 / 512, 37.0 / 512, 91.0 / 512, 91.0 / 512)];
        var seen = Masks(boxes, 512, 512, 8).OnGrid(8, 8);
        Assert.True(seen.IsVanished(0));
        Assert.Equal([(1 * 8) + 1], seen.KeysOf(0));
        var averaged = Masks(boxes, 512, 512, 8, MaskReduction.Area).OnGrid(8, 8);
        Assert.False(averaged.IsVanished(0));
        Assert.Equal([0, 1, 8, 9], averaged.KeysOf(0));
        Assert.Equal(54.0 * 54 / 64 / 64, averaged.Instance(0).ToArray().Sum(value => (double)value), 5);
    }

    [Fact]
    public void Area_averaging_keeps_the_mean_on_grids_that_do_not_divide()
    {
        var plane = RegionRaster.Box(new(0.1, 0.2, 0.7, 0.95), 96, 80);
        var coarse = plane.AreaAverage(7, 11);
        Assert.Equal(plane.Values.Average(), coarse.Values.Average(), 5);
    }

    [Fact]
    public void No_instance_leaves_background_alone()
    {
        var masks = Masks([], 64, 64, 4);
        Assert.Empty(masks.Instances);
        Assert.All(masks.Background, value => Assert.Equal(1, value));
        Assert.All(masks.OnGrid(4, 4).Total, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_triangle_takes_the_pixels_whose_centres_it_holds()
    {
        var plane = RegionRaster.Shape(new PolygonShape([[(0, 0), (1, 0), (0, 1)]]), 4, 4);
        // The centres on the slanted edge itself do not belong to it.
        Assert.Equal([1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], plane.Values);
    }

    [Theory]
    [InlineData(0.49, 0.51, true)]
    [InlineData(0.13, 0.24, false)]
    [InlineData(0.1, 0.13, true)]
    public void A_form_without_a_pixel_is_known_without_drawing_it(double low, double high, bool isSeen)
    {
        // On a row of four pixels: columns begin at quarters, which decides for boxes, and their centres lie at odd eighths, for polygons.
        var box = new NormalizedBox(low, 0, high, 1);
        var polygon = new PolygonShape([[(low, 0), (high, 0), (high, 1), (low, 1)]]);
        Assert.Equal(RegionRaster.Box(box, 4, 1).Values.Contains(1), RegionRaster.MarksPixel(box, 4, 1));
        Assert.Equal(RegionRaster.Shape(polygon, 4, 1).Values.Contains(1), RegionRaster.MarksPixel(polygon, 4, 1));
        Assert.Equal(isSeen, RegionRaster.MarksPixel(box, 4, 1) || RegionRaster.MarksPixel(polygon, 4, 1));
    }

    [Fact]
    public void A_mark_between_the_pixels_of_a_small_picture_is_not_seen()
    {
        var marks = new bool[64];
        marks[3] = true;
        var shape = new ImageShape(64, 1, marks);
        Assert.False(RegionRaster.MarksPixel(shape, 4, 1));
        Assert.True(RegionRaster.MarksPixel(shape, 64, 1));
    }

    [Fact]
    public void A_polygon_that_crosses_itself_is_even_odd_and_several_are_united()
    {
        var ring = RegionRaster.Shape(new PolygonShape([[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75), (0.25, 0.25)]]), 4, 4);
        Assert.Equal([1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1], ring.Values);
        var both = RegionRaster.Shape(new PolygonShape([[(0, 0), (0.5, 0), (0.5, 1), (0, 1)], [(0.25, 0), (0.75, 0), (0.75, 1), (0.25, 1)]]), 4, 1);
        Assert.Equal([1, 1, 1, 0], both.Values);
    }

    [Fact]
    public void A_rectangle_of_whole_pixels_is_the_same_as_box_and_as_polygon()
    {
        var corners = Gen.Choose(0, 16).Two().Two().Where(p => p.Item1.Item1 < p.Item2.Item1 && p.Item1.Item2 < p.Item2.Item2);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(corners.ToArbitrary(), p =>
        {
            var box = new NormalizedBox(p.Item1.Item1 / 16.0, p.Item1.Item2 / 16.0, p.Item2.Item1 / 16.0, p.Item2.Item2 / 16.0);
            var polygon = new PolygonShape([[(box.X1, box.Y1), (box.X2, box.Y1), (box.X2, box.Y2), (box.X1, box.Y2)]]);
            Assert.Equal(RegionRaster.Box(box, 16, 16).Values, RegionRaster.Shape(polygon, 16, 16).Values);
            Assert.Equal(box, polygon.Bounds);
        }));
    }

    [Fact]
    public void A_mask_picture_is_stretched_over_the_scene()
    {
        var shape = new ImageShape(2, 2, [true, false, false, true]);
        Assert.Equal([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1], RegionRaster.Shape(shape, 4, 4).Values);
        var masks = RegionMasks.Of([new() { Label = "x", Box = shape.Bounds, Mask = shape }], 64, 64, 8);
        Assert.Equal((1, 0), (masks.Instances[0], masks.Instances[7]));
        Assert.Equal((0, 1), (masks.Background[0], masks.Background[7]));
    }

    [Fact]
    public void The_last_marked_column_and_row_can_be_left_out_of_a_masks_bounds()
    {
        var rectangle = new PolygonShape([[(0.25, 0.5), (1, 0.5), (1, 0.75), (0.25, 0.75)]]);
        Assert.Equal(new NormalizedBox(0.25, 0.5, 1, 0.75), rectangle.Bounds);
        Assert.Equal(new NormalizedBox(2 / 8.0, 8 / 16.0, 7 / 8.0, 11 / 16.0), RegionRaster.LastPixelBounds(RegionRaster.Shape(rectangle, 8, 16)));
        Assert.Null(RegionRaster.LastPixelBounds(RegionRaster.Shape(new PolygonShape([[(0.1, 0.1), (0.11, 0.1), (0.1, 0.11)]]), 8, 8)));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Masks([], 100, 64, 8));
        Assert.Throws<ArgumentException>(() => RegionMasks.GridOf(512, 512, 65));
        Assert.Throws<ArgumentException>(() => new ImageShape(2, 2, new bool[4]));
    }

    private static RegionMasks Masks(NormalizedBox[] boxes, int width, int height, int factor, MaskReduction reduction = MaskReduction.Bilinear) =>
        RegionMasks.Of([.. boxes.Select(box => new SceneInstance { Label = "x", Box = box })], width, height, factor, reduction);
}
