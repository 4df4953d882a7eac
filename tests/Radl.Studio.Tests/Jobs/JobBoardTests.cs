using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Radl.Studio.Jobs;
using Radl.Torch;

namespace Radl.Studio.Tests.Jobs;

public sealed class JobBoardTests
{
    private enum Act
    {
        Submit,
        Cancel,
        Draw,
        DrawAndFail,
        DrawWithoutMemory,
        DrawAndCancelMidway,
        Disconnect,
        Wait,
        Close,
    }

    [Fact]
    public void A_job_ends_in_exactly_one_state_whatever_is_submitted_cancelled_broken_and_closed()
    {
        Gen<(Act, int)> step =
            from act in Gen.Frequency((8, Gen.Constant(Act.Submit)), (3, Gen.Constant(Act.Cancel)), (3, Gen.Constant(Act.Draw)), (1, Gen.Constant(Act.DrawAndFail)), (1, Gen.Constant(Act.DrawWithoutMemory)), (2, Gen.Constant(Act.DrawAndCancelMidway)), (1, Gen.Constant(Act.Disconnect)), (2, Gen.Constant(Act.Wait)), (1, Gen.Elements(Act.Wait, Act.Wait, Act.Wait, Act.Close)))
            from number in Gen.Choose(0, 1000)
            select (act, number);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(step.ArrayOf().ToArbitrary(), schedule =>
            {
                using var play = new Play();
                foreach ((Act act, int number) in schedule)
                {
                    play.Do(act, number);
                }
                play.CheckEnd();
            }));
    }

    [Fact]
    public async Task Of_many_threads_that_end_a_job_one_decides()
    {
        using var board = new JobBoard(new JobBoardOptions(), TimeProvider.System);
        for (int round = 0; round < 200; round++)
        {
            Assert.True(board.TrySubmit("a", Requests.Any, out Job? job));
            using var start = new Barrier(4);
            IEnumerable<Task<bool>> ends = new Func<bool>[]
            {
                () => { board.Cancel(job.Id); return false; },
                () => { Job? taken = board.TakeNow(); return taken is not null && board.End(taken, JobEnd.Done(new JobResult([]))); },
                () => board.End(job, JobEnd.Failed(new JobFailure("fault"))),
                () => board.End(job, JobEnd.Cancelled),
            }.Select(end => Task.Run(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return end();
            }, TestContext.Current.CancellationToken));
            bool[] decided = await Task.WhenAll([.. ends]);
            await job.Ended;
            Assert.True(decided.Count(won => won) <= 1);
            Assert.Single(await All(job), happened => happened is JobEndedEvent);
            Assert.Null(board.Find(job.Id));
        }
    }

    [Fact]
    public void A_full_queue_refuses_and_forgets_nothing_that_it_took()
    {
        using var board = new JobBoard(new JobBoardOptions { Capacity = 3, Share = 3 }, TimeProvider.System);
        Job?[] jobs = [.. Enumerable.Range(0, 5).Select(_ => board.TrySubmit("a", Requests.Any, out Job? job) ? job : null)];

        Assert.Equal([true, true, true, false, false], jobs.Select(job => job is not null));
        Assert.Equal([1, 2, 3], jobs.OfType<Job>().Select(job => job.Snapshot().Position!.Value));
        Assert.Equal(jobs.Take(3).Select(job => job!.Id), Enumerable.Range(0, 3).Select(_ => board.TakeNow()!.Id));
        Assert.True(board.TrySubmit("a", Requests.Any, out _));
    }

    [Fact]
    public void Keys_take_turns_and_none_takes_the_place_of_another()
    {
        using var board = new JobBoard(new JobBoardOptions { Capacity = 8, Share = 4 }, TimeProvider.System);
        foreach (string owner in (string[])["greedy", "greedy", "greedy", "greedy"])
        {
            Assert.True(board.TrySubmit(owner, Requests.Any, out _));
        }
        Assert.False(board.TrySubmit("greedy", Requests.Any, out _));
        Assert.True(board.TrySubmit("modest", Requests.Any, out Job? modest));
        Assert.True(board.TrySubmit("modest", Requests.Any, out _));

        Assert.Equal(2, modest.Snapshot().Position);
        Assert.Equal(
            ["greedy", "modest", "greedy", "modest", "greedy", "greedy"],
            Enumerable.Range(0, 6).Select(_ => board.TakeNow()!.Owner));
    }

    [Fact]
    public async Task A_result_that_cannot_be_saved_ends_the_job_with_that_error()
    {
        bool isFull = false;
        using var board = new JobBoard(new JobBoardOptions { Save = _ => { if (isFull) { throw new IOException("no space left"); } } }, TimeProvider.System);
        Assert.True(board.TrySubmit("a", Requests.Any, out Job? job));
        Job taken = board.TakeNow()!;
        isFull = true;

        Assert.True(board.End(taken, JobEnd.Done(new JobResult([]))));
        await job.Ended;

        Assert.Equal(JobState.Failed, job.Snapshot().State);
        Assert.Contains("no space left", job.Snapshot().Failure!.Text, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => board.TrySubmit("a", Requests.Any, out _));
        isFull = false;
        Assert.True(board.TrySubmit("a", Requests.Any, out _));
    }

    [Fact]
    public void Ids_sort_by_their_making_even_when_the_clock_goes_back()
    {
        var clock = new ManualClock();
        using var board = new JobBoard(new JobBoardOptions { Capacity = 100, Share = 100 }, clock);
        var ids = new List<string>();
        for (int i = 0; i < 50; i++)
        {
            Assert.True(board.TrySubmit("a", Requests.Any, out Job? job));
            ids.Add(job.Id);
            clock.Advance(TimeSpan.FromMilliseconds((i % 3) - 1));
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.True(JobIds.IsId(id)));
    }

    private static async Task<List<JobEvent>> All(Job job)
    {
        var events = new List<JobEvent>();
        await foreach (JobEvent happened in job.Events.ReadAsync(0, TestContext.Current.CancellationToken))
        {
            events.Add(happened);
        }
        return events;
    }

    // A board, a worker that is told how each drawing goes, readers that come and go, and what is known of every job.
    private sealed class Play : IDisposable
    {
        private const int Steps = 6;

        private readonly ManualClock _clock = new();
        private readonly JobBoard _board;
        private readonly List<Job> _jobs = [];
        private readonly Dictionary<string, int> _ends = [];
        private readonly Dictionary<string, JobState> _saved = [];
        private readonly CancellationTokenSource _readers = new();
        private readonly List<Task<bool>> _gone = [];
        private int _stepsAfterCancel;

        public Play() => _board = new JobBoard(
            new JobBoardOptions
            {
                Capacity = 4,
                Share = 3,
                Save = job => _saved[job.Id] = job.State,
                Ended = job => _ends[job.Id] = _ends.GetValueOrDefault(job.Id) + 1,
            },
            _clock);

        public void Do(Act act, int number)
        {
            switch (act)
            {
                case Act.Submit when !_board.IsClosed:
                    if (_board.TrySubmit(number % 2 == 0 ? "a" : "b", Requests.Any, out Job? job))
                    {
                        _jobs.Add(job);
                    }
                    Assert.True(_board.Waiting <= 4);
                    break;
                case Act.Submit:
                    Assert.Throws<BoardClosedException>(() => _board.TrySubmit("a", Requests.Any, out _));
                    break;
                case Act.Cancel when _jobs.Count > 0:
                    _board.Cancel(_jobs[number % _jobs.Count].Id);
                    break;
                case Act.Disconnect when _jobs.Count > 0:
                    // A reader that begins to wait and is never heard of again.
                    _gone.Add(_jobs[number % _jobs.Count].Events.ReadAsync(number, _readers.Token).GetAsyncEnumerator(_readers.Token).MoveNextAsync().AsTask());
                    break;
                case Act.Wait:
                    _clock.Advance(TimeSpan.FromMilliseconds(number));
                    break;
                case Act.Close:
                    _board.Close();
                    break;
                case Act.Draw or Act.DrawAndFail or Act.DrawWithoutMemory or Act.DrawAndCancelMidway:
                    Draw(act, number % Steps);
                    break;
            }
        }

        public void CheckEnd()
        {
            _board.Close();
            _readers.Cancel();
            Assert.Equal((0, 0), (_board.Waiting, _board.Running));
            Assert.Equal(0, _stepsAfterCancel);
            foreach (Job job in _jobs)
            {
                List<JobEvent> events = All(job).GetAwaiter().GetResult();
                Assert.Equal(Enumerable.Range(1, events.Count).Select(id => (long)id), events.Select(happened => happened.Id));
                Assert.Equal(job.Snapshot().State, Assert.IsType<JobEndedEvent>(events[^1]).State);
                Assert.Single(events, happened => happened is JobEndedEvent);
                // queued…, then started at most once, then steps.
                int[] kinds = [.. events.Select(happened => happened switch { JobQueuedEvent => 0, JobStartedEvent => 1, JobStepEvent => 2, _ => 3 })];
                Assert.Equal(kinds.Order(), kinds);
                Assert.True(kinds.Count(kind => kind == 1) <= 1);
                Assert.Equal(1, _ends[job.Id]);
                Assert.Equal(job.Snapshot().State, _saved[job.Id]);
                Assert.True(job.Ended.IsCompletedSuccessfully);
                Assert.False(_board.End(job, JobEnd.Cancelled));
                Assert.Null(_board.Find(job.Id));
            }
        }

        public void Dispose()
        {
            _board.Dispose();
            _readers.Dispose();
        }

        private void Draw(Act act, int at)
        {
            if (_board.TakeNow() is { } job)
            {
                new Worker(_board, Paint, NullLogger.Instance).Run(job);
            }

            JobResult Paint(Job job)
            {
                for (int step = 1; step <= Steps; step++)
                {
                    job.Cancellation.ThrowIfCancellationRequested();
                    _clock.Advance(TimeSpan.FromMilliseconds(30));
                    job.Report(step, Steps, null);
                    if (step != at + 1)
                    {
                        continue;
                    }
                    switch (act)
                    {
                        case Act.DrawAndFail:
                            throw new InvalidDataException("a broken file");
                        case Act.DrawWithoutMemory:
                            throw new TensorMemoryException("you tried to allocate 1024 bytes");
                        case Act.DrawAndCancelMidway:
                            _board.Cancel(job.Id);
                            _stepsAfterCancel += job.Cancellation.IsCancellationRequested ? 0 : 1;
                            break;
                    }
                }
                return new JobResult([new JobPicture(0, 1, 64, 64)]);
            }
        }
    }
}
