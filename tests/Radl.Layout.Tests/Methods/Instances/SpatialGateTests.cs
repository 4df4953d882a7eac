using Radl.Layout.Methods.Instances;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Instances;

/// <summary>The gate's matrix is its convolution.</summary>
public sealed class SpatialGateTests : TensorTest
{
    [Theory]
    [InlineData(2, 1, 9)]
    [InlineData(3, 16, 16)]
    [InlineData(3, 5, 3)]
    public void With_its_matrix_it_gives_what_the_convolution_gives(int columns, int height, int width)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using Weights weights = Weights.From(new FreshWeights(1));
        using var generator = new Generator(2);
        var gate = new SpatialGate(weights);
        Tensor matrix = gate.Bind(width, columns)!;
        Assert.Equal([7L * width * columns, (long)width], matrix.Shape);
        Tensor statistics = Tensor.Randn([4, (long)height * width, columns], generator);
        Tensor planes = statistics.Narrow(2, 0, 2).Transpose(1, 2).Reshape(4, 2, height, width);
        Tensor expected = Functional.Conv2d(planes, weights.Taken.Values.Single(), null, padding: 3).Sigmoid().Reshape(4, -1);
        Assert.InRange(gate.Forward(statistics, matrix, height, width).MaxDifference(expected), 0, 1e-6);
        Assert.InRange(gate.Forward(statistics, null, height, width).MaxDifference(expected), 0, 1e-6);
    }

    [Fact]
    public void A_wide_grid_and_a_gate_that_learns_have_no_matrix()
    {
        using var scope = TensorScope.Enter();
        using Weights weights = Weights.From(new FreshWeights(1));
        var gate = new SpatialGate(weights);
        Assert.Null(gate.Bind(65, 2));
        weights.Taken.Values.Single().RequiresGrad = true;
        Assert.Null(gate.Bind(8, 2));
    }
}
