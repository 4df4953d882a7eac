using Radl.Torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Radl.Benchmarking.Tests;

/// <summary>Base of every test that makes tensors: the live count must come back to where it was.</summary>
public abstract class TensorTest : IDisposable
{
    private readonly long _liveBefore;

    protected TensorTest()
    {
        _ = GroupNormalization.NativeHalfIsRight;
        _liveBefore = Tensor.LiveCount;
    }

    public void Dispose()
    {
        Assert.Equal(_liveBefore, Tensor.LiveCount);
        GC.SuppressFinalize(this);
    }
}
