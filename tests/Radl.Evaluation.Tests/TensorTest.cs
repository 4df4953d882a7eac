using Radl.Torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Radl.Evaluation.Tests;

/// <summary>Base of every test that makes tensors: the live count must come back to where it was; a folder of its own goes with the test.</summary>
public abstract class TensorTest : IDisposable
{
    private readonly long _liveBefore;

    protected TensorTest()
    {
        _ = GroupNormalization.NativeHalfIsRight;
        _liveBefore = Tensor.LiveCount;
        Folder = Directory.CreateTempSubdirectory("radl-evaluation-").FullName;
    }

    protected string Folder { get; }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        Assert.Equal(_liveBefore, Tensor.LiveCount);
        GC.SuppressFinalize(this);
    }
}
