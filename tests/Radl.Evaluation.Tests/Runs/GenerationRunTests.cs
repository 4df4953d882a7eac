using Radl.Evaluation.Runs;

namespace Radl.Evaluation.Tests.Runs;

public sealed class GenerationRunTests(EngineTest.TinyModel model) : EngineTest(model)
{
    [Fact]
    public void Two_shards_make_the_pictures_of_one_whole_run()
    {
        using PictureStudio studio = OpenStudio();
        GenerationTask[] tasks = [new(Pairs(7, 2), Radl), new(Pairs(7, 2), Arm.Codec), new(Pairs(7, 2), Arm.Drawn)];
        Generate(studio, "whole", tasks);
        Assert.DoesNotContain(Generate(studio, "shards", tasks, new Shard(0, 2)), store => store.IsComplete());
        Assert.All(Generate(studio, "shards", tasks, new Shard(1, 2)), store => Assert.True(store.IsComplete()));
        SortedDictionary<string, byte[]> whole = PicturesIn(Scratch.In("whole"));
        Assert.Equal(12, whole.Count);
        Assert.Equal(whole, PicturesIn(Scratch.In("shards")));
    }

    [Theory]
    [InlineData("boxdiff")]
    [InlineData("layout-guidance")]
    [InlineData("multidiffusion")]
    public void A_method_without_an_adapter_draws_pictures_of_its_own_the_same_for_any_number_of_workers(string method)
    {
        using PictureStudio studio = OpenStudio();
        Arm plain = new("arm", PictureSource.Model) { Sampling = Radl.Sampling };
        GenerationTask[] tasks = [new(Pairs(4, 2), plain with { TrainingFree = method })];
        Generate(studio, "one", tasks);
        Generate(studio, "two", tasks, workers: 2);
        Generate(studio, "plain", [new(Pairs(4, 2), plain)]);
        Assert.Equal(PicturesIn(Scratch.In("one")), PicturesIn(Scratch.In("two")));
        Assert.NotEqual(PicturesIn(Scratch.In("plain")), PicturesIn(Scratch.In("one")));
    }

    [Fact]
    public void Several_workers_make_the_pictures_of_one()
    {
        using PictureStudio studio = OpenStudio();
        GenerationTask[] tasks = [new(Pairs(6, 2), Radl)];
        Generate(studio, "one", tasks);
        Generate(studio, "three", tasks, workers: 3);
        Assert.Equal(PicturesIn(Scratch.In("one")), PicturesIn(Scratch.In("three")));
    }

    [Fact]
    public void A_cancelled_run_keeps_its_finished_batches_and_resumes_to_the_same_pictures()
    {
        using PictureStudio studio = OpenStudio();
        GenerationTask[] tasks = [new(Pairs(6, 2), Radl)];
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Generate(studio, "resumed", tasks, progress: _ => stop.Cancel(), cancellation: stop.Token));
        string first = Assert.Single(PicturesIn(Scratch.In("resumed"))).Key;
        DateTime written = File.GetLastWriteTimeUtc(Scratch.In("resumed", first));
        var seen = new List<RunProgress>();
        Generate(studio, "resumed", tasks, progress: seen.Add);
        Assert.Equal([(2, 4), (4, 4)], seen.Select(step => (step.Done, step.Total)));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Scratch.In("resumed", first)));
        Generate(studio, "whole", tasks);
        Assert.Equal(PicturesIn(Scratch.In("whole")), PicturesIn(Scratch.In("resumed")));
    }

    [Fact]
    public void More_scenes_go_on_where_fewer_ended()
    {
        using PictureStudio studio = OpenStudio();
        Generate(studio, "grown", [new(Pairs(3, 2), Radl)]);
        Generate(studio, "grown", [new(Pairs(6, 2), Radl)]);
        Generate(studio, "whole", [new(Pairs(6, 2), Radl)]);
        Assert.Equal(PicturesIn(Scratch.In("whole")), PicturesIn(Scratch.In("grown")));
    }

    [Fact]
    public void Pictures_of_other_settings_are_an_error_that_names_them_until_a_restart()
    {
        using PictureStudio studio = OpenStudio();
        Arm other = Radl with { Sampling = Radl.Sampling with { Steps = 3 } };
        Generate(studio, "out", [new(Pairs(2, 2), Radl)]);
        var error = Assert.Throws<ArgumentException>(() => Generate(studio, "out", [new(Pairs(2, 2), other)]));
        Assert.Contains("steps: '2' there, '3' now", error.Message, StringComparison.Ordinal);
        Assert.Contains("--restart", error.Message, StringComparison.Ordinal);
        Generate(studio, "out", [new(Pairs(2, 2), other)], restart: true);
        Generate(studio, "fresh", [new(Pairs(2, 2), other)]);
        Assert.Equal(PicturesIn(Scratch.In("fresh")), PicturesIn(Scratch.In("out")));
    }

    [Theory]
    [InlineData("relation text")]
    [InlineData("muted relation")]
    [InlineData("base alone")]
    public void Every_choice_acts_on_the_pictures(string choice)
    {
        using PictureStudio studio = OpenStudio();
        Arm changed = choice switch
        {
            "relation text" => Radl with { Sampling = Radl.Sampling with { RelationText = RelationText.Prompt } },
            "muted relation" => Radl with { Sampling = Radl.Sampling with { MutedRelation = true } },
            _ => Radl with { Adapter = null },
        };
        Generate(studio, "plain", [new(Pairs(4, 4), Radl)]);
        Generate(studio, "changed", [new(Pairs(4, 4), changed)]);
        Assert.NotEqual(PicturesIn(Scratch.In("plain")).Values.Single(), PicturesIn(Scratch.In("changed")).Values.Single());
    }

    [Theory]
    [InlineData("1/2", 0, 2)]
    [InlineData("3/3", 2, 3)]
    public void Shards_are_counted_from_one(string text, int index, int count) => Assert.Equal(new Shard(index, count), Shard.Parse(text));

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1")]
    [InlineData("a/b")]
    public void A_shard_outside_of_the_world_is_refused(string text) => Assert.Throws<ArgumentException>(() => Shard.Parse(text));

    [Fact]
    public void The_environment_names_a_shard()
    {
        Assert.Equal(Shard.Whole, Shard.FromEnvironment(_ => null));
        Assert.Equal(new Shard(1, 4), Shard.FromEnvironment(name => name == "RANK" ? "1" : "4"));
        Assert.Throws<ArgumentException>(() => Shard.FromEnvironment(name => name == "RANK" ? "4" : "4"));
        Assert.Throws<ArgumentException>(() => Shard.FromEnvironment(name => name == "RANK" ? "0" : null));
    }

    private IReadOnlyList<BatchStore> Generate(
        PictureStudio studio, string folder, GenerationTask[] tasks, Shard? shard = null, int workers = 1, bool restart = false, Action<RunProgress>? progress = null, CancellationToken cancellation = default) =>
        new GenerationRun(studio, Scratch.In(folder), TimeProvider.System)
        {
            Shard = shard ?? Shard.Whole,
            Workers = workers,
            Restart = restart,
            Progress = progress is null ? null : new Reporter(progress),
        }.Generate(tasks, cancellation);

    // IProgress by hand: Progress<T> reports on another thread, too late to stop at a batch.
    private sealed class Reporter(Action<RunProgress> report) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => report(value);
    }
}
