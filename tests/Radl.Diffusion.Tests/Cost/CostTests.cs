using Radl.Diffusion.Cost;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;

namespace Radl.Diffusion.Tests.Cost;

public sealed class CostTests
{
    private const double Giga = 1e9;

    // Stable Diffusion v1.4 at 512x512: 803 GFLOP a sample, published as 401.6 GMAC, and the split by kinds of layers.
    [Fact]
    public void A_sample_of_Stable_Diffusion_costs_what_is_published()
    {
        UNetCost cost = UNetCost.Of(new UNetConfig(), 64, 64, 77);
        Flops all = cost.Step + cost.TextBinding;
        Assert.Equal(803, all.Total / Giga, 0.5);
        Assert.Equal(400, all.Conv3x3 / Giga, 0.5);
        Assert.Equal(44, all.Conv1x1 / Giga, 0.5);
        Assert.Equal(233, all.Linear / Giga, 0.5);
        Assert.Equal(123, all.SelfAttention / Giga, 1.0);
        Assert.Equal(4, all.CrossAttention / Giga, 0.5);
        Assert.Equal(2.95, cost.TextBinding.Total / Giga, 0.01);
    }

    // Five transformers of the finest level: 4 n^2 width each, in closed form.
    [Fact]
    public void Self_attention_of_a_level_grows_with_the_square_of_its_grid()
    {
        UNetCost cost = UNetCost.Of(new UNetConfig(), 64, 64, 77);
        Assert.Equal([64, 32, 16, 8], cost.Levels.Select(level => level.Height));
        Assert.Equal(5 * 4.0 * 4096 * 4096 * 320, cost.Levels[0].Flops.SelfAttention);
        Assert.Equal(5 * 4.0 * 1024 * 1024 * 640, cost.Levels[1].Flops.SelfAttention);
        Assert.Equal(4.0 * 64 * 64 * 1280, cost.Levels[3].Flops.SelfAttention);
        UNetCost large = UNetCost.Of(new UNetConfig(), 128, 64, 77);
        Assert.Equal(4, large.Levels[0].Flops.SelfAttention / cost.Levels[0].Flops.SelfAttention);
        Assert.Equal(2, large.Levels[0].Flops.Conv3x3 / cost.Levels[0].Flops.Conv3x3);
    }

    [Fact]
    public void Odd_grids_are_halved_upwards_as_the_strided_convolution_does() =>
        Assert.Equal([(9, 7), (5, 4), (3, 2), (2, 1)], UNetCost.Of(new UNetConfig(), 9, 7, 77).Levels.Select(level => (level.Height, level.Width)));

    [Fact]
    public void Decoding_a_picture_costs_about_2500_billion() =>
        Assert.Equal(2500, ModelCost.Decode(new VaeConfig(), 64, 64).Total / Giga, 25.0);

    // 85 million weights in the layers of CLIP ViT-L's text tower, each multiplied and added once for a token.
    [Fact]
    public void Encoding_a_token_costs_two_operations_a_weight()
    {
        Flops cost = ModelCost.Encode(new ClipTextConfig(), 77);
        Assert.Equal(2.0 * 77 * 12 * ((4 * 768 * 768) + (2 * 768 * 3072)), cost.Linear);
        Assert.Equal(12 * 4.0 * 77 * 77 * 768, cost.SelfAttention);
    }
}
