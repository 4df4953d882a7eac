using Radl.Torch;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Radl.Tests.Shared;

/// <summary>Base of every test that makes tensors: the live count must come back to where it was. A folder of its own, where one is asked for, goes with the test.</summary>
public abstract class TensorTest : IDisposable
{
    private readonly long _liveBefore;
    private string? _folder;

    protected TensorTest()
    {
        // What is made once per process (the check of the GroupNorm kernel) is not a leak of the first test.
        _ = GroupNormalization.NativeHalfIsRight;
        _liveBefore = Tensor.LiveCount;
    }

    /// <summary>An empty folder.</summary>
    protected string Folder => _folder ??= Directory.CreateTempSubdirectory("radl-test-").FullName;

    public void Dispose()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
        Assert.Equal(_liveBefore, Tensor.LiveCount);
        GC.SuppressFinalize(this);
    }
}
