using System.CommandLine;
using Radl.Cli.Terminal;
using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;

namespace Radl.Cli.Commands;

/// <summary><c>radl train CONFIG.json [--resume]</c>: one training stage to its end, or to a checkpoint when it is stopped.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandContext context)
    {
        var config = new Argument<string>("CONFIG") { Description = "Training config: stage vae, base, adapter or clip" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the run's checkpoint" };
        var command = new Command("train", "Train a stage; Ctrl-C or SIGTERM ends the step, writes a checkpoint and stops") { config, resume };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config), parsed.GetValue(resume), context));
        return command;
    }

    private static int Run(string configPath, bool resume, CommandContext context)
    {
        TrainingConfig config = TrainingConfigReader.Read(configPath);
        WarnOfReplaced(config, resume, context);
        WarnOfChanges(config, resume, context);
        int threads = TorchRuntime.Threads;
        if (config.Workers > 1)
        {
            TorchRuntime.Threads = 1;
        }
        try
        {
            using ITrainingStage stage = TrainingStages.Create(config);
            var loop = new TrainingLoop(config, stage, context.Time);
            if (loop.Run(resume, new StepLines(config.LogEvery, context.Output), context.Cancellation))
            {
                context.Output.WriteLine($"done: {config.Model}");
                return ExitCodes.Done;
            }
            context.Error.WriteLine($"radl: stopped after a checkpoint in {config.Run}; go on with: radl train {configPath} --resume");
            return ExitCodes.Cancelled;
        }
        finally
        {
            TorchRuntime.Threads = threads;
        }
    }

    private static void WarnOfReplaced(TrainingConfig config, bool resume, CommandContext context)
    {
        string[] there = [.. TrainingStages.WeightsOf(config).Where(File.Exists)];
        if (!resume && !config.Continue && there.Length > 0)
        {
            context.Warn($"the run begins with fresh weights, and its end replaces {string.Join(" and ", there)}; \"continue\": true begins with what is there");
        }
    }

    private static void WarnOfChanges(TrainingConfig config, bool resume, CommandContext context)
    {
        if (resume && File.Exists(Checkpoint.PathIn(config.Run)) && Checkpoint.ChangesOf(config) is { Count: > 0 } changes)
        {
            context.Warn($"the checkpoint in {config.Run} was trained by another config: {string.Join(", ", changes)}; the run goes on by this one");
        }
    }

    private sealed class StepLines(long every, TextWriter output) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step % every == 0 || value.Step == value.TotalSteps)
            {
                TimeSpan left = value.Elapsed / value.StepsHere * (value.TotalSteps - value.Step);
                output.WriteLine(FormattableString.Invariant($"step {value.Step} of {value.TotalSteps}, loss {value.Loss:f4}, {left:d\\.hh\\:mm\\:ss} left"));
            }
        }
    }
}
