using Radl.Layout.Methods;
using Radl.Layout.Methods.MultiDiffusion;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.MultiDiffusion;

public sealed class RegionRowsTests : TensorTest
{
    private static readonly LayoutBox Anywhere = new(0, 0, 1, 1);

    [Fact]
    public void A_region_holds_what_is_at_least_half_covered_and_the_background_the_rest()
    {
        using var scope = TensorScope.Enter();
        using var rows = new RegionRows([2], Tensor.From<float>([1, 0.5f, 0.49f, 0, 0, 0.7f, 0, 0], 2, 2, 2), [Anywhere, Anywhere]);
        Assert.Equal([0f, 0f, 1f, 1f, 1f, 1f, 0f, 0f, 0f, 1f, 0f, 0f], rows.Weights.ToArray<float>());
        Assert.Equal([1f, 1f, 1f, 1f, 1f, 1f, 0f, 0f, 0f, 1f, 0f, 0f], rows.Inside.ToArray<float>());
    }

    [Fact]
    public void A_region_too_small_for_the_grid_holds_the_pixel_of_its_centre()
    {
        using var scope = TensorScope.Enter();
        using var rows = new RegionRows([1], Tensor.Zeros([1, 2, 2]), [new LayoutBox(0.6, 0.1, 0.7, 0.2)]);
        Assert.Equal([0f, 1f, 0f, 0f], rows.Weights.Select(0, 1).ToArray<float>());
    }

    [Fact]
    public void Strength_weighs_a_region_against_others_and_zero_leaves_it_to_the_background()
    {
        using var scope = TensorScope.Enter();
        using var rows = new RegionRows([2], Tensor.From<float>([1, 0, 0, 1], 2, 1, 2), [Anywhere, Anywhere], [0, 3]);
        Assert.Equal([1f, 0f, 0f, 0f, 0f, 3f], rows.Weights.ToArray<float>());
    }

    [Fact]
    public void Rows_of_a_ragged_batch_are_summed_picture_by_picture()
    {
        using var scope = TensorScope.Enter();
        using var rows = new RegionRows([2, 0, 1], Tensor.Ones([3, 1, 1]), [Anywhere, Anywhere, Anywhere]);
        Assert.Equal([0L, 0, 0, 1, 2, 2], rows.PictureOfRow.ToArray<long>());
        Assert.Equal([6f, 4f, 11f], rows.SumByPicture(Tensor.From<float>([1, 2, 3, 4, 5, 6], 6, 1)).ToArray<float>());
    }

    [Fact]
    public void What_does_not_fit_is_an_error()
    {
        using var scope = TensorScope.Enter();
        Tensor masks = Tensor.Ones([1, 1, 1]);
        Assert.Throws<ArgumentException>(() => new RegionRows([2], masks, [Anywhere]));
        Assert.Throws<ArgumentException>(() => new RegionRows([1], masks, [Anywhere, Anywhere]));
        Assert.Throws<ArgumentException>(() => new RegionRows([1], masks, [Anywhere], [1, 1]));
    }
}
