using Radl.Benchmarking.Models;
using Radl.Torch;

namespace Radl.Benchmarking.Tests.Models;

public sealed class RepeatedNoiseTests : TensorTest
{
    [Fact]
    public void Weights_have_the_deviation_that_their_module_asks_for()
    {
        using var scope = TensorScope.Enter();
        using var noise = new RepeatedNoise(1);
        // Longer than the block, so that it wraps.
        Tensor normal = noise.TryTake("a", [2100, 2100], Init.Variance(16));
        Assert.Equal(0.25, normal.Std([0, 1]).Item(), 0.001);
        Tensor uniform = noise.TryTake("b", [1000, 1000], Init.FanIn(100));
        Assert.Equal(0.1 / Math.Sqrt(3), uniform.Std([0, 1]).Item(), 0.001);
        Assert.Equal(1, noise.TryTake("c", [3], Init.Ones).Min().Item());
        Assert.True(normal.Select(0, 0).MaxDifference(normal.Select(0, 1)) > 0.1, "rows must differ");
    }
}
