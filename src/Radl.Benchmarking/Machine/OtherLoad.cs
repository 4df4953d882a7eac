using System.Diagnostics;
using System.Globalization;

namespace Radl.Benchmarking.Machine;

/// <summary>How many cores the other programs of the machine kept busy: what a two-thread run with its spinning barriers suffers from most.</summary>
public sealed class OtherLoad
{
    private const string Statistics = "/proc/stat";

    // USER_HZ: the unit of /proc/stat on every Linux of today.
    private const double TicksPerSecond = 100;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double? _busy;
    private readonly double _own;

    private OtherLoad(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _busy = Busy();
        _own = Own();
    }

    /// <summary>Begins to watch.</summary>
    public static OtherLoad Watch(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new OtherLoad(time);
    }

    /// <summary>Mean since the start, in cores; null where the system does not tell.</summary>
    public double? Cores()
    {
        double seconds = _time.GetElapsedTime(_start).TotalSeconds;
        return _busy is { } before && Busy() is { } after && seconds > 0 ? Math.Max(0, (after - before - (Own() - _own)) / seconds) : null;
    }

    /// <summary>Seconds that all processors were busy with user, nice, system, interrupts and stolen time, by the first line of /proc/stat.</summary>
    internal static double BusySeconds(string line)
    {
        double[] ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        // user nice system idle iowait irq softirq steal
        return (ticks[0] + ticks[1] + ticks[2] + ticks.Skip(5).Take(3).Sum()) / TicksPerSecond;
    }

    private static double? Busy() => File.Exists(Statistics) ? BusySeconds(File.ReadLines(Statistics).First()) : null;

    private static double Own()
    {
        using Process process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
