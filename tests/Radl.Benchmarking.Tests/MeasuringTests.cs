using Radl.Diffusion.Sampling;
using Radl.Torch;

namespace Radl.Benchmarking.Tests;

public sealed class MeasuringTests : TensorTest
{
    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2, 1, 3)]
    [InlineData(new[] { 4.0, 1, 2, 3 }, 2.5, 1, 4)]
    [InlineData(new[] { 7.0 }, 7, 7, 7)]
    public void A_measurement_is_the_median_with_the_least_and_the_most(double[] values, double median, double least, double most) =>
        Assert.Equal(new Measurement(median, least, most, values.Length), Measurement.Of(values));

    [Fact]
    public void Works_take_turns_and_warm_ups_do_not_count()
    {
        var clock = new ScriptedClock();
        var order = new List<char>();
        var told = new List<int>();
        Measurement[] measured = Timer(clock).InTurns(
            new Rounds(WarmUps: 1, Repeats: 2, Steps: 2), new Progress(told), () => Work('a', order.Count < 4 ? 100 : 1), () => Work('b', order.Count < 4 ? 100 : 3));
        Assert.Equal("aabbaabbaabb", string.Concat(order));
        Assert.Equal([1, 2, 3, 4, 5, 6], told);
        Assert.Equal([new Measurement(1, 1, 1, 4), new Measurement(3, 3, 3, 4)], measured);

        void Work(char name, int seconds)
        {
            order.Add(name);
            clock.Pass(seconds);
        }
    }

    [Theory]
    [InlineData(70, 1)]
    [InlineData(40, 2)]
    [InlineData(20, 3)]
    public void A_minute_warms_up_and_at_least_one_round(int seconds, int warmUps)
    {
        var clock = new ScriptedClock();
        int runs = 0;
        Measurement measured = Timer(clock).InTurns(new Rounds(WarmUps: 3, Repeats: 2), new Progress([]), () =>
        {
            runs++;
            clock.Pass(seconds);
        })[0];
        Assert.Equal((warmUps + 2, 2), (runs, measured.Runs));
    }

    [Theory]
    [InlineData(5, 100, 1)]
    [InlineData(35, 10, 3)]
    [InlineData(1000, 10, 4)]
    public void No_round_begins_that_would_end_after_the_budget_but_one_always_counts(int budget, int seconds, int runs)
    {
        var clock = new ScriptedClock();
        Measurement measured = Timer(clock).InTurns(
            new Rounds(WarmUps: 0, Repeats: 4, Budget: TimeSpan.FromSeconds(budget)), new Progress([]), () => clock.Pass(seconds))[0];
        Assert.Equal(runs, measured.Runs);
    }

    [Fact]
    public void A_cancelled_measurement_ends_before_the_next_run()
    {
        using var stop = new CancellationTokenSource();
        int runs = 0;
        var timer = new StageTimer(Device.Cpu, new ScriptedClock(), stop.Token);
        Assert.Throws<OperationCanceledException>(() => timer.InTurns(new Rounds(0, 10), new Progress([]), () =>
        {
            runs++;
            stop.Cancel();
        }));
        Assert.Equal(1, runs);
    }

    [Fact]
    public void The_fastest_product_is_a_positive_finite_number() =>
        Assert.InRange(GemmPeak.Measure(DType.Float32, Device.Cpu, 64, TimeProvider.System, CancellationToken.None), 1e6, 1e15);

    private static StageTimer Timer(TimeProvider clock) => new(Device.Cpu, clock, CancellationToken.None);

    /// <summary>A clock that stands still until work passes time.</summary>
    private sealed class ScriptedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(int seconds) => _now += seconds * TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;
    }

    private sealed class Progress(List<int> steps) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value) => steps.Add(value.Step);
    }
}
