using Radl.Studio.Jobs;
using Radl.Torch;

namespace Radl.Studio.Tests.Jobs;

public sealed class MemoryFailureTests
{
    [Fact]
    public void The_allocators_own_figures_are_read()
    {
        // The sentences are libtorch's own: its CPU allocator's, and its CUDA allocator's of 1.13 and of 2.x.
        const string Cpu = "[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 137438953472 bytes. Error code 12 (Cannot allocate memory)";
        const string Cuda1 = "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 10.76 GiB total capacity; 9.5 GiB already allocated; 4.50 GiB free; 9.60 GiB reserved in total by PyTorch)";
        const string Cuda2 = "CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total capacity of 23.69 GiB of which 512.00 MiB is free.";

        Assert.Equal(137438953472, MemoryFailure.Needed(Cpu));
        Assert.Null(MemoryFailure.AvailableOnDevice(Cpu));
        Assert.Equal((20L << 20, (long)(4.5 * (1 << 30))), (MemoryFailure.Needed(Cuda1)!.Value, MemoryFailure.AvailableOnDevice(Cuda1)!.Value));
        Assert.Equal((3L << 29, 512L << 20), (MemoryFailure.Needed(Cuda2)!.Value, MemoryFailure.AvailableOnDevice(Cuda2)!.Value));
    }

    [Fact]
    public void An_error_without_figures_still_says_what_helps()
    {
        JobFailure failure = MemoryFailure.Of(new TensorMemoryException("out of memory"));

        Assert.Equal(JobFailureKind.Memory, failure.Kind);
        Assert.Null(failure.NeededBytes);
        Assert.StartsWith("out of memory", failure.Text, StringComparison.Ordinal);
        Assert.Contains("smaller width and height", failure.Text, StringComparison.Ordinal);
    }
}
