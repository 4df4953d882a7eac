using Radl.Studio.Jobs;

namespace Radl.Studio.Tests.Jobs;

public sealed class JobEventsTests
{
    [Fact]
    public async Task A_reader_that_comes_back_reads_on_behind_what_it_knows()
    {
        var events = new JobEvents();
        for (int step = 1; step <= 5; step++)
        {
            events.Add(id => new JobStepEvent(id, new JobProgress(step, 5, null), null));
        }
        events.Add(id => new JobEndedEvent(id, JobState.Done));

        Assert.Equal([1L, 2, 3, 4, 5, 6], await Read(events, 0));
        Assert.Equal([4L, 5, 6], await Read(events, 3));
        // Numbers of another job, or of another run of the server, lead to the end and not nowhere.
        Assert.Equal([6L], await Read(events, 6));
        Assert.Equal([6L], await Read(events, long.MaxValue));
        Assert.Equal([1L, 2, 3, 4, 5, 6], await Read(events, -4));
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_the_next_event()
    {
        var events = new JobEvents();
        await using IAsyncEnumerator<JobEvent> reader = events.ReadAsync(0, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ValueTask<bool> waiting = reader.MoveNextAsync();
        Assert.False(waiting.IsCompleted);

        Assert.True(events.Add(id => new JobStartedEvent(id)));

        Assert.True(await waiting);
        Assert.IsType<JobStartedEvent>(reader.Current);
    }

    [Fact]
    public void Nothing_follows_the_end()
    {
        var events = new JobEvents();
        Assert.True(events.Add(id => new JobEndedEvent(id, JobState.Cancelled)));
        Assert.False(events.Add(id => new JobStartedEvent(id)));
        Assert.False(events.Add(id => new JobEndedEvent(id, JobState.Done)));
        Assert.Equal(JobState.Cancelled, Assert.IsType<JobEndedEvent>(events.Last).State);
    }

    [Fact]
    public async Task Old_previews_are_dropped_and_their_steps_are_kept()
    {
        var events = new JobEvents();
        for (int step = 1; step <= 20; step++)
        {
            events.Add(id => new JobStepEvent(id, new JobProgress(step, 20, null), [1]));
        }
        events.Add(id => new JobEndedEvent(id, JobState.Done));

        var steps = new List<JobStepEvent>();
        await foreach (JobEvent happened in events.ReadAsync(0, TestContext.Current.CancellationToken))
        {
            steps.AddRange(happened is JobStepEvent step ? [step] : []);
        }
        Assert.Equal(20, steps.Count);
        Assert.All(steps.TakeLast(8), step => Assert.NotNull(step.Preview));
        Assert.All(steps.Take(12), step => Assert.Null(step.Preview));
    }

    private static async Task<List<long>> Read(JobEvents events, long after)
    {
        var ids = new List<long>();
        await foreach (JobEvent happened in events.ReadAsync(after, TestContext.Current.CancellationToken))
        {
            ids.Add(happened.Id);
        }
        return ids;
    }
}
