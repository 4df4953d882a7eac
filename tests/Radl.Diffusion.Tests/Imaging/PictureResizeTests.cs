using FsCheck;
using FsCheck.Fluent;
using Radl.Diffusion.Imaging;

namespace Radl.Diffusion.Tests.Imaging;

public sealed class PictureResizeTests
{
    [Fact]
    public void Halving_bilinearly_weighs_1_3_3_1_and_leaves_out_what_lies_outside()
    {
        // Worked out by hand from the triangle of radius 2: at the edge 3 3 1 remain.
        byte[] row = Gray(70, 140, 210, 28, 56, 84);
        Assert.Equal(Gray(120, Round((140 + (3 * 210) + (3 * 28) + 56) / 8.0), Round((28 + (3 * 56) + (3 * 84)) / 7.0)), PictureResize.Resize(row, 6, 1, 3, 1, ResizeFilter.Bilinear));
    }

    [Fact]
    public void Doubling_bicubically_uses_the_cubic_of_minus_a_half()
    {
        // Offsets 1.25, .25, .75 and 1.75 of the new pixel 3 (centre 1.75 of the old ones).
        double expected = (-0.0703125 * 10) + (0.8671875 * 200) + (0.2265625 * 40) + (-0.0234375 * 90);
        byte[] seen = PictureResize.Resize(Gray(10, 200, 40, 90), 4, 1, 8, 1, ResizeFilter.Bicubic);
        Assert.Equal(Round(expected), seen[3 * 3]);
    }

    [Fact]
    public void Columns_are_resized_like_rows()
    {
        byte[] values = Gray(3, 99, 250, 17, 180);
        foreach (ResizeFilter filter in Enum.GetValues<ResizeFilter>())
        {
            Assert.Equal(PictureResize.Resize(values, 5, 1, 3, 1, filter), PictureResize.Resize(values, 1, 5, 1, 3, filter));
            Assert.Equal(PictureResize.Resize(values, 5, 1, 9, 1, filter), PictureResize.Resize(values, 1, 5, 1, 9, filter));
        }
    }

    [Fact]
    public void A_picture_of_one_colour_keeps_it_and_the_same_size_keeps_every_byte()
    {
        Gen<(int Width, int Height, int Wide, int High, byte Value)> sizes =
            from width in Gen.Choose(1, 20)
            from height in Gen.Choose(1, 20)
            from wide in Gen.Choose(1, 40)
            from high in Gen.Choose(1, 40)
            from value in Gen.Choose(0, 255)
            select (width, height, wide, high, (byte)value);
        Prop.ForAll(sizes.ToArbitrary(), size =>
        {
            byte[] plain = [.. Enumerable.Repeat(size.Value, size.Width * size.Height * 3)];
            byte[] noisy = [.. Enumerable.Range(0, plain.Length).Select(i => (byte)(i * 37))];
            return Enum.GetValues<ResizeFilter>().All(filter =>
                PictureResize.Resize(plain, size.Width, size.Height, size.Wide, size.High, filter).All(value => value == size.Value)
                && PictureResize.Resize(noisy, size.Width, size.Height, size.Width, size.Height, filter).SequenceEqual(noisy));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Pixels_that_do_not_fit_the_size_are_refused() =>
        Assert.Throws<ArgumentException>(() => PictureResize.Resize(new byte[10], 2, 2, 1, 1, ResizeFilter.Bicubic));

    private static byte[] Gray(params byte[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, 3))];

    private static byte Round(double value) => (byte)(value + 0.5);
}
