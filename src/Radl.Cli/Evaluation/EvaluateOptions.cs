using Radl.Evaluation.Runs;

namespace Radl.Cli.Evaluation;

/// <summary>What the user asked <c>evaluate</c> for; null is what the command decides.</summary>
internal sealed record EvaluateOptions
{
    public required string World { get; init; }

    public required string Model { get; init; }

    public IReadOnlyList<string>? Methods { get; init; }

    public bool AllSeeds { get; init; }

    public required string Suite { get; init; }

    public bool Quick { get; init; }

    public int? Scenes { get; init; }

    public int? VariantScenes { get; init; }

    public int MinInstances { get; init; }

    public int MaxInstances { get; init; }

    public int Steps { get; init; }

    public int? ControlSteps { get; init; }

    public double? Guidance { get; init; }

    public required string Scheduler { get; init; }

    public required string Device { get; init; }

    public int? Batch { get; init; }

    public int? Workers { get; init; }

    public Shard Shard { get; init; }

    public bool Restart { get; init; }

    public required string Out { get; init; }

    /// <summary>The command line, without the program's name.</summary>
    public required string Command { get; init; }
}
