using Radl.Layout.Methods.BoxDiff;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Regions;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.BoxDiff;

public sealed class BoxDiffEnergyTests : TensorTest
{
    private const int Side = 8;
    private const int Tokens = 6;

    private static readonly BoxDiffOptions Sharp = new() { Smooth = false };

    [Fact]
    public void Attention_that_fills_the_box_and_nothing_else_has_no_energy()
    {
        using var scope = TensorScope.Enter();
        var region = new GuidedRegion(new NormalizedBox(0.25, 0.25, 0.75, 1), 2);
        BoxDiffTerms terms = new BoxDiffEnergy([[region]], Side, Side, Sharp).Evaluate(Filling(region.Boxes[0], 2));
        Assert.InRange(terms.Whole().Item(), 0, 1e-6);
    }

    [Fact]
    public void Attention_everywhere_outside_the_box_pays_for_inside_outside_and_edges()
    {
        using var scope = TensorScope.Enter();
        var terms = new BoxDiffEnergy([[new GuidedRegion(new NormalizedBox(0.5, 0.5, 1, 1), 2)]], Side, Side, Sharp).Evaluate(Filling(new NormalizedBox(0, 0, 0.5, 0.5), 2));
        Assert.Equal(1, terms.Inner().Item(), 1e-6);
        Assert.Equal(1, terms.Outside.Item(), 1e-6);
        // Of the eight columns 3, 4, 5 and 7 lie near an edge, and all of them have the wrong profile.
        Assert.Equal(0.5, terms.CornerX.Item(), 1e-6);
        Assert.Equal(0.5, terms.CornerY.Item(), 1e-6);
    }

    [Fact]
    public void A_box_smaller_than_a_cell_still_counts_one_cell()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.WithGrad();
        Tensor maps = Filling(new NormalizedBox(0, 0, 1, 1), 3);
        maps.RequiresGrad = true;
        Tensor energy = new BoxDiffEnergy([[new GuidedRegion(new NormalizedBox(0.3, 0.3, 0.301, 0.301), 2)]], Side, Side, new BoxDiffOptions()).Evaluate(maps).Whole().Sum();
        Assert.True(double.IsFinite(energy.Item()));
        Assert.True(Autograd.Gradients(energy, [maps])[0]!.IsFinite().All().Item() == 1);
    }

    [Fact]
    public void A_box_that_is_the_whole_picture_has_nothing_outside()
    {
        using var scope = TensorScope.Enter();
        BoxDiffTerms terms = new BoxDiffEnergy([[new GuidedRegion(new NormalizedBox(0, 0, 1, 1), 2)]], Side, Side, Sharp).Evaluate(Filling(new NormalizedBox(0, 0, 1, 1), 2));
        Assert.Equal(0, terms.Outside.Item());
        Assert.InRange(terms.Whole().Item(), 0, 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Going_down_the_gradient_lowers_the_energy(bool smooth)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.WithGrad();
        using var generator = new Generator(3);
        Tensor scores = Tensor.Randn([2, Side * Side, Tokens], generator) * 0.1;
        var energy = new BoxDiffEnergy(
            [[new GuidedRegion(new NormalizedBox(0, 0, 0.5, 0.5), 1), new GuidedRegion(new NormalizedBox(0.5, 0.25, 1, 1), 4)], [new GuidedRegion(new NormalizedBox(0.25, 0, 1, 0.5), 2)]],
            Side,
            Side,
            new BoxDiffOptions { Smooth = smooth });
        Assert.Equal([0, 0, 1], Enumerable.Range(0, energy.Count).Select(energy.RowOf));
        double first = 0;
        double last = 0;
        for (int step = 0; step < 20; step++)
        {
            scores = scores.Detach();
            scores.RequiresGrad = true;
            Tensor whole = energy.Evaluate(scores.Softmax(-1)).Whole().Sum();
            last = whole.Item();
            first = step == 0 ? last : first;
            scores -= Autograd.Gradients(whole, [scores])[0]! * 0.05;
        }
        Assert.True(last < 0.9 * first, $"{first} became {last}");
    }

    [Fact]
    public void Energies_are_computed_in_fp32_whatever_the_maps_are()
    {
        using var scope = TensorScope.Enter();
        BoxDiffTerms terms = new BoxDiffEnergy([[new GuidedRegion(new NormalizedBox(0, 0, 0.5, 0.5), 1)]], Side, Side, Sharp).Evaluate(Filling(new NormalizedBox(0, 0, 0.5, 0.5), 1).To(DType.BFloat16));
        Assert.Equal(DType.Float32, terms.Inside.DType);
        Assert.InRange(terms.Whole().Item(), 0, 1e-6);
    }

    [Fact]
    public void The_kernel_sums_to_one()
    {
        using var scope = TensorScope.Enter();
        Assert.Equal(1, BoxDiffEnergy.SmoothingKernel(0.5).Sum().Item(), 1e-6);
    }

    // All attention of the box's pixels goes to the token, that of the others to the one after it.
    private static Tensor Filling(NormalizedBox box, int token)
    {
        var mask = new float[Side * Side];
        CellBox.Rounded(box, Side, Side).Mark(mask, Side);
        var values = new float[Side * Side * Tokens];
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            values[(pixel * Tokens) + (mask[pixel] == 1 ? token : token + 1)] = 1;
        }
        return Tensor.From<float>(values, 1, Side * Side, Tokens);
    }
}
