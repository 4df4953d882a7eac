using System.Globalization;
using System.Text.RegularExpressions;
using Radl.Torch;

namespace Radl.Studio.Jobs;

/// <summary>Reads what libtorch says of a lack of memory.</summary>
internal static partial class MemoryFailure
{
    private const string MemoryFile = "/proc/meminfo";

    /// <summary>What libtorch's error tells.</summary>
    public static JobFailure Of(TensorMemoryException error) => Of(Needed(error.Message), AvailableOnDevice(error.Message) ?? AvailableOnHost());

    /// <summary>The failure with the figures that are known.</summary>
    public static JobFailure Of(long? needed, long? available)
    {
        string figures = (needed, available) switch
        {
            ({ } n, { } a) => $": {Text(n)} were asked for, {Text(a)} are free",
            ({ } n, null) => $": {Text(n)} were asked for",
            (null, { } a) => $": {Text(a)} are free",
            _ => "",
        };
        return new JobFailure($"out of memory{figures}; a smaller width and height, or fewer instances, need less", JobFailureKind.Memory, needed, available);
    }

    /// <summary>Bytes that were asked for, where the text tells: <c>you tried to allocate 123 bytes</c> on the CPU, <c>Tried to allocate 1.50 GiB</c> on CUDA.</summary>
    internal static long? Needed(string text) => CpuRequest().Match(text) is { Success: true } cpu
        ? long.Parse(cpu.Groups[1].Value, CultureInfo.InvariantCulture)
        : CudaRequest().Match(text) is { Success: true } cuda ? Bytes(cuda) : null;

    /// <summary>Bytes that are free on a CUDA device, where the text tells.</summary>
    internal static long? AvailableOnDevice(string text) => CudaFree().Match(text) is { Success: true } free ? Bytes(free) : null;

    /// <summary>Bytes that the system could give to a process without swapping, or null where it does not tell.</summary>
    public static long? AvailableOnHost()
    {
        if (!File.Exists(MemoryFile))
        {
            return null;
        }
        string? line = File.ReadLines(MemoryFile).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : null;
    }

    private static long Bytes(Match match) =>
        (long)(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * (match.Groups[2].Value switch { "KiB" => 1L << 10, "MiB" => 1L << 20, _ => 1L << 30 }));

    private static string Text(long bytes) => bytes < 1 << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.#} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.#} GiB");

    [GeneratedRegex(@"tried to allocate (\d{1,18}) bytes")]
    private static partial Regex CpuRequest();

    [GeneratedRegex(@"Tried to allocate (\d+(?:\.\d+)?) (KiB|MiB|GiB)")]
    private static partial Regex CudaRequest();

    [GeneratedRegex(@"(\d+(?:\.\d+)?) (KiB|MiB|GiB) (?:is )?free")]
    private static partial Regex CudaFree();
}
