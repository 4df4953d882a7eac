using System.Collections.Concurrent;

namespace Radl.StudioLoad;

/// <summary>What all clients saw together.</summary>
internal sealed class Tally
{
    private readonly ConcurrentQueue<double> _accepted = [];
    private readonly ConcurrentQueue<double> _refused = [];
    private readonly ConcurrentQueue<string> _faults = [];

    /// <summary>Generations that the server took, and how often each was told to have ended.</summary>
    public ConcurrentDictionary<string, int> Endings { get; } = new(StringComparer.Ordinal);

    /// <summary>How often a client cancelled.</summary>
    public int Cancelled;

    /// <summary>How often a client broke its event stream off.</summary>
    public int Dropped;

    /// <summary>Anything that a client should never see.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public void Accepted(string id, TimeSpan time)
    {
        _accepted.Enqueue(time.TotalMilliseconds);
        Endings[id] = 0;
    }

    public void Refused(TimeSpan time) => _refused.Enqueue(time.TotalMilliseconds);

    public void Ended(string id) => Endings.AddOrUpdate(id, 1, (_, count) => count + 1);

    public void Fault(string text) => _faults.Enqueue(text);

    /// <summary>The figures as a Markdown table's rows.</summary>
    /// <param name="states">How the accepted ones ended, as the server says afterwards.</param>
    public IEnumerable<string> Rows(IReadOnlyDictionary<string, int> states)
    {
        yield return FormattableString.Invariant($"| accepted | {_accepted.Count} |");
        yield return FormattableString.Invariant($"| refused with 429 and Retry-After | {_refused.Count} |");
        yield return $"| how the accepted ones ended | {string.Join(", ", states.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => FormattableString.Invariant($"{state.Value} {state.Key}")))} |";
        yield return FormattableString.Invariant($"| cancelled by a client, event streams broken off | {Cancelled}, {Dropped} |");
        yield return FormattableString.Invariant($"| told to have ended more than once | {Endings.Values.Count(count => count > 1)} |");
        yield return FormattableString.Invariant($"| anything else | {_faults.Count} |");
        yield return $"| accepting a job, milliseconds: median, p99, most | {Quantiles(_accepted)} |";
        yield return $"| refusing one | {Quantiles(_refused)} |";
    }

    private static string Quantiles(IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return sorted.Length == 0 ? "none" : FormattableString.Invariant($"{At(0.5):f1}, {At(0.99):f1}, {sorted[^1]:f1}");

        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
