using Radl.Layout.Methods.Energy;
using Radl.Layout.Methods.LayoutGuidance;
using Radl.Layout.Regions;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.LayoutGuidance;

public sealed class LayoutGuidanceEnergyTests : TensorTest
{
    private static readonly GuidedRegion LeftHalf = new(new NormalizedBox(0, 0, 0.5, 1), 1);

    [Fact]
    public void Attention_that_lies_in_the_box_has_no_energy_and_attention_outside_has_all()
    {
        using var scope = TensorScope.Enter();
        Assert.Equal(0, Energy(Site(column => column < 2), LeftHalf).Item());
        Assert.Equal(1, Energy(Site(column => column >= 2), LeftHalf).Item());
        Assert.Equal(0.25, Energy(Site(_ => true), LeftHalf).Item(), 1e-6);
    }

    [Fact]
    public void Several_boxes_are_one_area()
    {
        using var scope = TensorScope.Enter();
        var both = new GuidedRegion([new NormalizedBox(0, 0, 0.75, 1), new NormalizedBox(0.25, 0, 1, 1)], [1]);
        Assert.Equal(0, Energy(Site(_ => true), both).Item(), 1e-6);
    }

    [Fact]
    public void Regions_count_alike_however_many_words_they_have()
    {
        using var scope = TensorScope.Enter();
        var other = new GuidedRegion([new NormalizedBox(0.5, 0, 1, 1)], [1, 1, 1]);
        Assert.Equal(0.5, Energy(Site(column => column < 2), LeftHalf, other).Item(), 1e-6);
    }

    [Fact]
    public void Rows_have_energies_of_their_own_and_one_without_regions_has_none()
    {
        using var scope = TensorScope.Enter();
        SiteAttention one = Site(column => column >= 2);
        SiteAttention site = one with { Probabilities = Tensor.Cat([one.Probabilities, one.Probabilities, one.Probabilities], 0) };
        Assert.Equal([1f, 0f, 0f], LayoutGuidanceEnergy.Evaluate([site], [[LeftHalf], [], [new GuidedRegion(new NormalizedBox(0.5, 0, 1, 1), 1)]]).ToArray<float>());
    }

    [Fact]
    public void A_box_thinner_than_a_cell_still_pulls()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.WithGrad();
        SiteAttention site = Site(_ => true);
        site.Probabilities.RequiresGrad = true;
        Tensor energy = LayoutGuidanceEnergy.Evaluate([site], [[new GuidedRegion(new NormalizedBox(0.3, 0.3, 0.301, 0.301), 1)]]).Sum();
        Assert.True(Autograd.Gradients(energy, [site.Probabilities])[0]!.Abs().Max().Item() > 0);
    }

    [Fact]
    public void Going_down_the_gradient_lowers_the_energy()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.WithGrad();
        using var generator = new Generator(3);
        Tensor scores = Tensor.Randn([1, 2, 16, 3], generator);
        double first = 0;
        double last = 0;
        for (int step = 0; step < 20; step++)
        {
            scores = scores.Detach();
            scores.RequiresGrad = true;
            Tensor energy = LayoutGuidanceEnergy.Evaluate([new SiteAttention("", 4, 4, scores.Softmax(-1))], [[LeftHalf]]).Sum();
            last = energy.Item();
            first = step == 0 ? last : first;
            scores -= Autograd.Gradients(energy, [scores])[0]! * 5;
        }
        Assert.True(last < 0.5 * first, $"{first} became {last}");
    }

    private static Tensor Energy(SiteAttention site, params GuidedRegion[] regions) => LayoutGuidanceEnergy.Evaluate([site], [regions]);

    // Two heads on a 4x4 grid; token 1 is attended to where the column is chosen, token 0 elsewhere.
    private static SiteAttention Site(Func<int, bool> chosen)
    {
        float[] values = [.. Enumerable.Range(0, 2 * 16).SelectMany(pixel => chosen(pixel % 4) ? (float[])[0, 1] : [1, 0])];
        return new SiteAttention("", 4, 4, Tensor.From<float>(values, 1, 2, 16, 2));
    }
}
