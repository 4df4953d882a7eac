using System.Globalization;
using System.Runtime.InteropServices;
using Radl.Torch;

namespace Radl.Benchmarking.Machine;

/// <summary>What a figure depends on, printed above it.</summary>
public sealed record MachineHeader
{
    private static readonly string[] Told = ["avx2", "avx512f", "avx512_bf16", "amx_bf16"];

    private MachineHeader()
    {
    }

    /// <summary>Model name of the processor.</summary>
    public string Processor { get; } = Line("/proc/cpuinfo", "model name");

    /// <summary>Processors that the system counts.</summary>
    public int LogicalCores { get; } = Environment.ProcessorCount;

    /// <summary>Those of its instruction sets that decide speed here.</summary>
    public string Instructions { get; } = string.Join(", ", Line("/proc/cpuinfo", "flags").Split(' ').Intersect(Told).DefaultIfEmpty("unknown"));

    /// <summary>All memory of the machine.</summary>
    public string Memory { get; } = Line("/proc/meminfo", "MemTotal");

    /// <summary>Load averages of 1, 5 and 15 minutes when this was read.</summary>
    public string Load { get; } = File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";

    /// <summary>libtorch's version.</summary>
    public string Libtorch { get; } = TorchRuntime.Version;

    /// <summary>libtorch's kernels on the CPU, e.g. <c>AVX512</c>.</summary>
    public string Kernels { get; } = TorchRuntime.CpuCapability;

    /// <summary>Threads of one op.</summary>
    public int Threads { get; } = TorchRuntime.Threads;

    /// <summary>The .NET runtime.</summary>
    public string Runtime { get; } = RuntimeInformation.FrameworkDescription;

    /// <summary>The operating system.</summary>
    public string System { get; } = RuntimeInformation.OSDescription;

    /// <summary>Reads it now.</summary>
    public static MachineHeader Read() => new();

    /// <summary>Writes it as a Markdown list.</summary>
    public void Write(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"- processor: {Processor}, {LogicalCores.ToString(CultureInfo.InvariantCulture)} logical cores ({Instructions}); memory: {Memory}");
        output.WriteLine($"- libtorch {Libtorch}, kernels {Kernels}, {Threads.ToString(CultureInfo.InvariantCulture)} threads; {Runtime}; {System}");
        output.WriteLine($"- load of the machine at the start (1, 5, 15 minutes): {Load}");
    }

    private static string Line(string file, string key) =>
        !File.Exists(file) ? "unknown"
        : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
