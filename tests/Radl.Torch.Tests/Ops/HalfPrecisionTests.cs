using System.Globalization;

namespace Radl.Torch.Tests.Ops;

/// <summary>Every op that the models use, in bf16 on the CPU against fp32 on the same (already rounded) inputs.</summary>
/// <remarks>A kernel that sums in bf16, as 1.13's group norm does, is off by far more than the roundings that a case allows.</remarks>
public sealed class HalfPrecisionTests : TensorTest
{
    // fp32 sums in another order: far below one bf16 rounding, relative to the result's largest value.
    private const double SumNoise = 1e-5;

    public static TheoryData<string, MemoryFormat> Images
    {
        get
        {
            var data = new TheoryData<string, MemoryFormat>();
            foreach (string name in HalfCase.Images.Keys)
            {
                data.Add(name, MemoryFormat.Contiguous);
                data.Add(name, MemoryFormat.ChannelsLast);
            }
            return data;
        }
    }

    public static TheoryData<string> Tokens => new(HalfCase.Tokens.Keys);

    [Theory]
    [MemberData(nameof(Images))]
    public void An_op_on_images_in_bf16_is_as_exact_as_its_roundings(string name, MemoryFormat format) => Check(name, HalfCase.Images[name], format);

    [Theory]
    [MemberData(nameof(Tokens))]
    public void An_op_on_tokens_in_bf16_is_as_exact_as_its_roundings(string name) => Check(name, HalfCase.Tokens[name], MemoryFormat.Contiguous);

    [Theory]
    [InlineData("conv2d 3x3")]
    [InlineData("conv2d 3x3 of few pixels by many weights")]
    [InlineData("conv2d 1x1")]
    [InlineData("group norm")]
    [InlineData("interpolation to the nearest")]
    [InlineData("silu")]
    [InlineData("add")]
    [InlineData("cat of channels")]
    public void Channels_last_in_is_channels_last_out(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(11);
        Tensor[] inputs = Placed(HalfCase.Images[name].Inputs(generator), MemoryFormat.ChannelsLast);
        Assert.True(HalfCase.Images[name].Run(inputs).IsChannelsLast, name);
    }

    private static void Check(string name, HalfCase op, MemoryFormat format)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(11);
        Tensor[] half = Placed(op.Inputs(generator), format);
        Tensor actual = op.Run(half);
        Tensor expected = op.Run(half.Select(input => input.To(DType.Float32).Contiguous()).ToArray());
        Assert.Equal(DType.BFloat16, actual.DType);
        Assert.Equal(expected.Shape, actual.Shape);

        double peak = expected.Abs().Max().Item();
        Tensor allowed = (expected.Abs() * (op.Roundings * Math.Pow(2, -8))) + (SumNoise * peak);
        double worst = ((actual.To(DType.Float32) - expected).Abs() / allowed).Max().Item();
        Assert.True(worst <= 1, string.Create(CultureInfo.InvariantCulture, $"{name}, {format}: off by {worst:f2} times what {op.Roundings} roundings allow"));
    }

    private static Tensor[] Placed(Tensor[] inputs, MemoryFormat format) =>
        inputs.Select(input => input.To(DType.BFloat16)).Select(input => input.Rank == 4 ? input.Contiguous(format) : input).ToArray();
}
