namespace Radl.Studio.Jobs;

/// <summary>Where a job stands. The last three are final: a job reaches exactly one of them, once.</summary>
public enum JobState
{
    /// <summary>Waits for the worker.</summary>
    Queued,

    /// <summary>Is being drawn.</summary>
    Running,

    /// <summary>Its pictures are there.</summary>
    Done,

    /// <summary>Ended by an error.</summary>
    Failed,

    /// <summary>Ended because someone asked so.</summary>
    Cancelled,
}

/// <summary>Names of the states on the wire.</summary>
public static class JobStates
{
    /// <summary>The name on the wire, in lower case.</summary>
    public static string Name(this JobState state) => state switch
    {
        JobState.Queued => "queued",
        JobState.Running => "running",
        JobState.Done => "done",
        JobState.Failed => "failed",
        _ => "cancelled",
    };

    /// <summary>Whether a job in this state has ended.</summary>
    public static bool IsFinal(this JobState state) => state is JobState.Done or JobState.Failed or JobState.Cancelled;

    /// <summary>The state of a name, or null for another text.</summary>
    public static JobState? Parse(string name)
    {
        foreach (JobState state in Enum.GetValues<JobState>())
        {
            if (state.Name() == name)
            {
                return state;
            }
        }
        return null;
    }
}
