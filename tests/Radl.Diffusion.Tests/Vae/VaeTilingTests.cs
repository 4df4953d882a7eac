using FsCheck;
using FsCheck.Fluent;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Vae;

public sealed class VaeTilingTests : TensorTest
{
    private static readonly VaeConfig Tiny = new() { BlockOutChannels = [8, 8], LayersPerBlock = 1, NormNumGroups = 4, SampleSize = 16 };

    [Fact]
    public void Tiles_cover_a_side_in_equal_lengths_that_overlap_enough() => Prop.ForAll(
        (from most in Gen.Choose(2, 64) from overlap in Gen.Choose(0, most - 1) from size in Gen.Choose(1, 300) select (size, most, overlap)).ToArbitrary(),
        entry =>
        {
            TileSpan[] spans = VaeTiling.Spans(entry.size, entry.most, entry.overlap);
            return spans[0].Start == 0 && spans[^1].Start + spans[^1].Length == entry.size
                && spans.All(span => span.Length == spans[0].Length && span.Length <= Math.Max(entry.most, 1))
                && spans.Zip(spans.Skip(1)).All(pair => pair.First.Start + pair.First.Length - pair.Second.Start >= entry.overlap && pair.Second.Start > pair.First.Start);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Weights_rise_over_what_is_shared_and_never_vanish()
    {
        float[] weights = new TileSpan(0, 6, 2).Weights(2);
        Assert.Equal([0.125f, 0.375f, 0.625f, 0.875f, 1, 1, 1, 1, 0.875f, 0.625f, 0.375f, 0.125f], weights);
    }

    [Fact]
    public void A_picture_of_one_tile_is_decoded_as_a_whole_bit_for_bit()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(1);
        using var vae = new AutoencoderKl(Weights.From(new FreshWeights(1)), Tiny);
        Tensor latents = Tensor.Randn([1, 4, 8, 8], generator);
        Assert.Equal(0, new VaeTiling(8, 2).Decode(vae, latents).MaxDifference(vae.Decode(latents)));
    }

    [Fact]
    public void Tiles_blend_to_nearly_the_picture_that_is_decoded_as_a_whole()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(1);
        using var vae = new AutoencoderKl(Weights.From(new FreshWeights(1)), Tiny);
        Tensor latents = Tensor.Randn([2, 4, 40, 24], generator);
        Tensor whole = vae.Decode(latents);
        Tensor tiled = new VaeTiling(24, 8).Decode(vae, latents);
        Assert.Equal(whole.Shape, tiled.Shape);
        // Norms and attention see a tile's statistics for the picture's: white noise differs by its sampling error.
        Assert.InRange((tiled - whole).Norm().Item() / whole.Norm().Item(), 1e-6, 0.1);
    }

    [Fact]
    public void An_overlap_as_long_as_the_tile_is_refused()
    {
        using var scope = TensorScope.Enter();
        using var vae = new AutoencoderKl(Weights.From(new FreshWeights(1)), Tiny);
        Assert.Throws<ArgumentException>(() => new VaeTiling(8, 8).Decode(vae, Tensor.Zeros([1, 4, 9, 9])));
    }
}
