using Polly;
using Polly.Retry;

namespace Radl.Diffusion.Hub;

/// <summary>Tries a request again when its failure may pass: after as long as the hub asks, else after 1, 2, 4, 8 and 16 seconds.</summary>
/// <param name="time">The clock.</param>
/// <param name="warn">Told why it waits, and how long.</param>
internal sealed class HubRetry(TimeProvider time, Action<string> warn)
{
    private const int MostRetries = 5;

    // A hub that wants to be left alone for longer is not waited for: the user learns when to come back.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<HubException>(error => error.IsTransient && !(error.RetryAfter > LongestWait)),
            MaxRetryAttempts = MostRetries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromSeconds(1),
            DelayGenerator = call => ValueTask.FromResult((call.Outcome.Exception as HubException)?.RetryAfter),
            OnRetry = call =>
            {
                warn(FormattableString.Invariant($"{call.Outcome.Exception?.Message}; trying again in {call.RetryDelay.TotalSeconds:0.#} s ({call.AttemptNumber + 1} of {MostRetries})"));
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    /// <summary>Runs a request.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellation) =>
        await _pipeline.ExecuteAsync(async token => await request(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
}
