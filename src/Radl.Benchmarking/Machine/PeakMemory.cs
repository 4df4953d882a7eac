using System.Diagnostics;
using System.Globalization;

namespace Radl.Benchmarking.Machine;

/// <summary>The most memory that this process held so far.</summary>
public static class PeakMemory
{
    /// <summary>Bytes: <c>VmHWM</c> on Linux.</summary>
    public static long Bytes()
    {
        const string Key = "VmHWM:";
        if (File.Exists("/proc/self/status") && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line)
        {
            return long.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) << 10;
        }
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
