using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Training.Tests.Loop;

/// <summary>Whoever stops a run waits for a checkpoint, and for nothing else.</summary>
public sealed class StopTests : TensorTest
{
    private const string Samples = "samples-000003.png";

    [Fact]
    public void A_stop_at_a_step_with_samples_writes_the_checkpoint_and_no_samples()
    {
        TrainingConfig config = TinyRuns.Vae(Folder) with { SampleEvery = 3 };
        Assert.False(TinyRuns.Train(config, stopAfter: 3));
        Assert.True(File.Exists(Checkpoint.PathIn(config.Run)));
        Assert.False(File.Exists(Path.Combine(config.Run, Samples)));
        Assert.True(TinyRuns.Train(config, resume: true));
        Assert.True(File.Exists(Path.Combine(config.Run, "samples-000006.png")));
    }

    [Fact]
    public void A_stop_while_samples_are_drawn_ends_them_and_the_run_resumes_bit_for_bit()
    {
        TinyRuns.MakeModel(Folder);
        TrainingConfig Config(string run) => TinyRuns.Base(Folder, run) with { Steps = 5, SampleEvery = 3 };
        Assert.True(TinyRuns.Train(Config("whole")));
        TrainingConfig config = Config("parts");
        using (var stop = new CancellationTokenSource())
        using (var stage = new StoppingStage(TrainingStages.Create(config), stop))
        {
            Assert.False(new TrainingLoop(config, stage, TimeProvider.System).Run(resume: false, progress: null, stop.Token));
            Assert.True(stage.WasEnded);
        }
        Assert.False(File.Exists(Path.Combine(config.Run, Samples)));
        Assert.True(TinyRuns.Train(config, resume: true));
        Assert.Equal(File.ReadAllBytes(Checkpoint.PathIn(Config("whole").Run)), File.ReadAllBytes(Checkpoint.PathIn(config.Run)));
    }

    // Asks for the end as soon as samples are to be drawn.
    private sealed class StoppingStage(ITrainingStage inner, CancellationTokenSource stop) : ITrainingStage
    {
        public bool WasEnded { get; private set; }

        public IReadOnlyDictionary<string, Tensor> Parameters => inner.Parameters;

        public StepLoss Loss(long step, long firstSample, int count) => inner.Loss(step, firstSample, count);

        public void WriteSamples(string path, CancellationToken cancellation = default)
        {
            stop.Cancel();
            try
            {
                inner.WriteSamples(path, cancellation);
            }
            catch (OperationCanceledException)
            {
                WasEnded = true;
                throw;
            }
        }

        public void Export(IReadOnlyDictionary<string, Tensor> weights) => inner.Export(weights);

        public void Dispose() => inner.Dispose();
    }
}
