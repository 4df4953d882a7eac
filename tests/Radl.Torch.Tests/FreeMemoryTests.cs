using System.Globalization;

namespace Radl.Torch.Tests;

public sealed class FreeMemoryTests
{
    private const long Bytes = 512L << 20;

    [Fact]
    public void WhatIsFreedGoesBackToTheSystem()
    {
        Assert.SkipUnless(File.Exists("/proc/self/statm"), "no /proc/self/statm");
        long held;
        using (Tensor.Ones([Bytes / sizeof(float)]))
        {
            held = Resident();
        }
        TorchRuntime.ReleaseFreeMemory();
        // Half of it: other tests allocate meanwhile.
        Assert.True(Resident() < held - (Bytes / 2), $"{held} bytes with the tensor, {Resident()} after it");
    }

    private static long Resident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
