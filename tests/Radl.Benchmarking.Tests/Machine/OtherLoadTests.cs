using Radl.Benchmarking.Machine;

namespace Radl.Benchmarking.Tests.Machine;

public sealed class OtherLoadTests
{
    // Columns as proc(5) names them: user nice system idle iowait irq softirq steal guest guest_nice, in hundredths of a second.
    [Fact]
    public void Idle_and_waiting_time_and_guests_that_count_as_user_already_are_not_busy() =>
        Assert.Equal(1 + 2 + 3 + 6 + 7 + 8, OtherLoad.BusySeconds("cpu  100 200 300 400 500 600 700 800 900 1000"));

    [Fact]
    public void Peak_memory_is_at_least_what_the_process_holds() =>
        Assert.InRange(PeakMemory.Bytes(), Environment.WorkingSet / 2, long.MaxValue);
}
