namespace Radl.Studio.Jobs;

/// <summary>Something that happened to a job.</summary>
/// <param name="Id">From 1, without a gap within a job: what a reader names to read on behind it.</param>
public abstract record JobEvent(long Id);

/// <summary>The job waits, or moved on in the queue.</summary>
/// <param name="Id"><inheritdoc cref="JobEvent" path="/param[@name='Id']"/></param>
/// <param name="Position">1 is next.</param>
public sealed record JobQueuedEvent(long Id, int Position) : JobEvent(Id);

/// <summary>The worker has begun.</summary>
/// <param name="Id"><inheritdoc cref="JobEvent" path="/param[@name='Id']"/></param>
public sealed record JobStartedEvent(long Id) : JobEvent(Id);

/// <summary>A denoising step is done.</summary>
/// <param name="Id"><inheritdoc cref="JobEvent" path="/param[@name='Id']"/></param>
/// <param name="Progress">How far the job is.</param>
/// <param name="Preview">PNG of the picture as it stands, or null.</param>
public sealed record JobStepEvent(long Id, JobProgress Progress, byte[]? Preview) : JobEvent(Id);

/// <summary>The job has ended; nothing follows.</summary>
/// <param name="Id"><inheritdoc cref="JobEvent" path="/param[@name='Id']"/></param>
/// <param name="State">One of the final states.</param>
public sealed record JobEndedEvent(long Id, JobState State) : JobEvent(Id);

/// <summary>How far a job is.</summary>
/// <param name="Step">Steps done, over all of its pictures.</param>
/// <param name="Total">Steps of the whole job; 0 until the worker knows.</param>
/// <param name="SecondsLeft">From the speed so far; null before the first step.</param>
public readonly record struct JobProgress(int Step, int Total, double? SecondsLeft);
