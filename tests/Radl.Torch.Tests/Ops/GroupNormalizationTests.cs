namespace Radl.Torch.Tests.Ops;

/// <summary>Every way that group normalisation may take gives the formula's numbers, in the layout that came in.</summary>
public sealed class GroupNormalizationTests : TensorTest
{
    // Channels per group and map sizes on both sides of each choice.
    [Theory]
    [InlineData(DType.Float32, 16, 4, 4, 1e-5)]
    [InlineData(DType.Float32, 64, 4, 4, 1e-5)]
    [InlineData(DType.Float32, 8, 4, 32, 1e-5)]
    [InlineData(DType.BFloat16, 16, 4, 4, 0.03)]
    [InlineData(DType.BFloat16, 64, 4, 4, 0.03)]
    [InlineData(DType.BFloat16, 8, 4, 32, 0.03)]
    public void Normalising_groups_channels_last_gives_values_and_gradients_of_the_formula(DType dtype, int channels, int groups, int side, double tolerance)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(3);
        Tensor weight = (Tensor.Randn([channels], generator) * 0.2 + 1).To(dtype);
        Tensor bias = Tensor.Randn([channels], generator).To(dtype);
        Tensor input = (Tensor.Randn([2, channels, side, side], generator) + 1).To(dtype).Contiguous(MemoryFormat.ChannelsLast);
        Tensor direction = Tensor.Randn([2, channels, side, side], generator).To(dtype).Contiguous(MemoryFormat.ChannelsLast);

        Tensor exactInput = input.To(DType.Float64).Contiguous();
        exactInput.RequiresGrad = true;
        Tensor expected = Formula(exactInput, groups, weight.To(DType.Float64), bias.To(DType.Float64));
        Tensor expectedGradient = Autograd.Gradients((expected * direction.To(DType.Float64)).Sum(), [exactInput])[0]!;

        Tensor plain = Functional.GroupNorm(input, groups, weight, bias, 1e-5);
        Assert.True(plain.IsChannelsLast);
        Assert.InRange(plain.MaxDifference(expected), 0, tolerance);

        input.RequiresGrad = true;
        Tensor recorded = Functional.GroupNorm(input, groups, weight, bias, 1e-5);
        Assert.True(recorded.IsChannelsLast);
        Assert.InRange(recorded.MaxDifference(expected), 0, tolerance);
        Tensor gradient = Autograd.Gradients((recorded * direction).To(DType.Float32).Sum(), [input])[0]!;
        Assert.InRange(gradient.MaxDifference(expectedGradient), 0, tolerance);
    }

    private static Tensor Formula(Tensor input, int groups, Tensor weight, Tensor bias)
    {
        long[] shape = input.Shape;
        Tensor rows = input.Reshape(shape[0], groups, -1);
        Tensor centred = rows - rows.Mean([2], keep: true);
        Tensor normalised = centred * (centred.Square().Mean([2], keep: true) + 1e-5).Rsqrt();
        return normalised.Reshape(shape) * weight.Reshape(1, -1, 1, 1) + bias.Reshape(1, -1, 1, 1);
    }
}
