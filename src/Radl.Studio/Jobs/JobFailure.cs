namespace Radl.Studio.Jobs;

/// <summary>Why a job failed.</summary>
/// <param name="Text">One sentence for people.</param>
/// <param name="Kind">What sort of failure it is.</param>
/// <param name="NeededBytes">Of a lack of memory: what was asked for, where the error tells it.</param>
/// <param name="AvailableBytes">Of a lack of memory: what was free, where the system tells it.</param>
public sealed record JobFailure(string Text, JobFailureKind Kind = JobFailureKind.Drawing, long? NeededBytes = null, long? AvailableBytes = null)
{
    /// <summary>The process ended, or is ending, before the job did.</summary>
    public static JobFailure Interrupted { get; } = new("interrupted", JobFailureKind.Interrupted);
}

/// <summary>Sorts of failures.</summary>
public enum JobFailureKind
{
    /// <summary>The picture could not be made of this scene with this model.</summary>
    Drawing,

    /// <summary>Memory ran out; a smaller picture may succeed.</summary>
    Memory,

    /// <summary>The server stopped before the job ended; the same request may succeed.</summary>
    Interrupted,
}
