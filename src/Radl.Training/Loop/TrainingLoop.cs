using System.Diagnostics;
using Radl.Torch;
using Radl.Torch.Optim;
using Radl.Training.Config;
using Radl.Training.Logging;

namespace Radl.Training.Loop;

/// <summary>Runs a stage to its last step: gradients of all workers, clipping, AdamW, averaging, logs, samples, checkpoints.</summary>
public sealed class TrainingLoop
{
    private readonly TrainingConfig _config;
    private readonly ITrainingStage _stage;
    private readonly TimeProvider _time;

    /// <summary>Prepares a run; the stage stays the caller's.</summary>
    public TrainingLoop(TrainingConfig config, ITrainingStage stage, TimeProvider time)
    {
        _config = config;
        _stage = stage;
        _time = time;
    }

    /// <summary>Trains until the last step or until cancelled; either way a checkpoint of the last finished step is written.</summary>
    /// <param name="resume">Go on from the run's checkpoint; an error when there is none.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Ends after the step in flight.</param>
    /// <returns>Whether the last step was reached and the result exported.</returns>
    public bool Run(bool resume, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(_config.Run);
        using var hold = new RunLock(_config.Run);
        foreach (Tensor parameter in _stage.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        using var optimiser = new AdamW(_stage.Parameters, new AdamWOptions { Beta1 = _config.Beta1, Beta2 = _config.Beta2, WeightDecay = _config.WeightDecay });
        using var average = new ExponentialMovingAverage(optimiser.Masters, _config.Ema);
        long first = Begin(resume, optimiser, average);
        using var log = new TrainingLog(_config.Run, first, _time);
        using var team = new WorkerTeam(_config.Workers);
        var rate = new LearningRate(
            _config.LearningRate, _config.WarmupSteps, _config.Steps, _config.Schedule == "cosine" ? LearningRateShape.Cosine : LearningRateShape.Constant);

        long started = Stopwatch.GetTimestamp();
        long step = first;
        for (; step < _config.Steps && !cancellation.IsCancellationRequested; step++)
        {
            Dictionary<string, double> figures = Gradients(team, step);
            double norm = Update(team, optimiser, average, step, rate.At(step));
            figures["gradient_norm"] = norm;
            figures["learning_rate"] = rate.At(step);
            figures["samples_per_second"] = (step - first + 1) * _config.Batch / Stopwatch.GetElapsedTime(started).TotalSeconds;
            log.Add(step, figures, write: (step + 1) % _config.LogEvery == 0);
            progress?.Report(new TrainingProgress(step + 1, _config.Steps, figures["loss"], Stopwatch.GetElapsedTime(started), step + 1 - first));
            if ((step + 1) % _config.CheckpointEvery == 0)
            {
                Checkpoint.Save(_config, step + 1, optimiser, average);
            }
            // Whoever stops a run waits for its checkpoint, not for pictures.
            if ((step + 1) % _config.SampleEvery == 0 && !cancellation.IsCancellationRequested)
            {
                WriteSamples(optimiser, average, Path.Combine(_config.Run, $"samples-{step + 1:D6}.png"), cancellation);
            }
        }
        Checkpoint.Save(_config, step, optimiser, average);
        if (step < _config.Steps)
        {
            return false;
        }
        Export(average);
        return true;
    }

    private long Begin(bool resume, AdamW optimiser, ExponentialMovingAverage average)
    {
        bool exists = File.Exists(Checkpoint.PathIn(_config.Run));
        if (resume)
        {
            return exists
                ? Checkpoint.Load(_config.Run, optimiser, average)
                : throw new FileNotFoundException($"nothing to resume: {Checkpoint.PathIn(_config.Run)} is not there");
        }
        return exists
            ? throw new InvalidOperationException($"{Checkpoint.PathIn(_config.Run)} is there already: use --resume to go on, or another run folder")
            : 0;
    }

    // Every worker takes an equal share on its own thread; leaves add up their gradients, and two addends commute, so the sum is exact to repeat.
    private Dictionary<string, double> Gradients(WorkerTeam team, long step)
    {
        int share = _config.Batch / _config.Workers;
        var figures = new IReadOnlyDictionary<string, double>[_config.Workers];
        team.Run(worker =>
        {
            using var scope = TensorScope.Enter();
            StepLoss result = _stage.Loss(step, (step * _config.Batch) + (worker * share), share);
            (result.Loss / _config.Workers).Backward();
            figures[worker] = new Dictionary<string, double>(result.Figures, StringComparer.Ordinal) { ["loss"] = result.Loss.Detach().Item() };
        });
        return figures.SelectMany(part => part).GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Average(pair => pair.Value), StringComparer.Ordinal);
    }

    // The optimiser's passes over all weights are shared out as well: on one thread they would be a third of a small model's step.
    private double Update(WorkerTeam team, AdamW optimiser, ExponentialMovingAverage average, long step, double learningRate)
    {
        int workers = _config.Workers;
        var squares = new double[workers];
        team.Run(worker => squares[worker] = optimiser.SquaredGradients(worker, workers));
        double norm = Math.Sqrt(squares.Sum());
        if (!double.IsFinite(norm))
        {
            throw new InvalidOperationException($"step {step}: the gradient is not finite ({norm}); the checkpoint of an earlier step is untouched");
        }
        double scale = _config.ClipNorm > 0 && norm > _config.ClipNorm ? _config.ClipNorm / norm : 1;
        optimiser.BeginStep();
        team.Run(worker =>
        {
            optimiser.StepShare(learningRate, scale, worker, workers);
            average.Update(step, worker, workers);
        });
        return norm;
    }

    // By the averaged weights; the trained ones come back, also when a stop ends the drawing.
    private void WriteSamples(AdamW optimiser, ExponentialMovingAverage average, string path, CancellationToken cancellation)
    {
        using (Autograd.NoGrad())
        {
            foreach ((string name, Tensor value) in average.Averages)
            {
                using var scope = TensorScope.Enter();
                _stage.Parameters[name].Detach().CopyFrom(value);
            }
            try
            {
                _stage.WriteSamples(path, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The loop ends by itself and writes its checkpoint.
            }
        }
        optimiser.RoundParameters();
    }

    private void Export(ExponentialMovingAverage average) =>
        _stage.Export(average.Averages.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));
}

/// <summary>Where a run stands.</summary>
/// <param name="Step">Finished steps, earlier runs counted in.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="Loss">Of the last step.</param>
/// <param name="Elapsed">Time of this process.</param>
/// <param name="StepsHere">Finished steps of this process.</param>
public sealed record TrainingProgress(long Step, long TotalSteps, double Loss, TimeSpan Elapsed, long StepsHere);
