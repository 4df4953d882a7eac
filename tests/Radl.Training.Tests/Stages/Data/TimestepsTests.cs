using Radl.Toybox.Sampling;
using Radl.Training.Stages.Data;

namespace Radl.Training.Tests.Stages.Data;

public class TimestepsTests
{
    private const int Draws = 20000;
    private const int Count = 1000;

    // P(floor(T u^p) < t) = (t / T)^(1 / p).
    [Theory]
    [InlineData(1, 400)]
    [InlineData(0.7, 400)]
    [InlineData(0.5, 700)]
    [InlineData(2, 100)]
    public void Time_steps_follow_the_power_of_a_uniform_number(double power, int below)
    {
        int[] times = [.. Enumerable.Range(0, Draws).Select(i => Timesteps.Draw(new ToyRandom(5, (ulong)i), Count, power))];
        Assert.All(times, time => Assert.InRange(time, 0, Count - 1));
        double share = Math.Pow((double)below / Count, 1 / power);
        double slack = 4 * Math.Sqrt(share * (1 - share) / Draws);
        Assert.InRange((double)times.Count(time => time < below) / Draws, share - slack, share + slack);
    }
}
