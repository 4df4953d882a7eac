using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Radl.Studio.Jobs;
using Radl.Torch;

namespace Radl.Studio.Api;

/// <summary>Counts what happens, for <c>/metrics</c>. Thread safe.</summary>
public sealed class StudioMetrics
{
    private static readonly double[] Buckets = [0.1, 0.3, 1, 3, 10, 30, 100, 300];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _ended = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, long> _requests = [];
    private readonly long[] _seconds = new long[Buckets.Length + 1];
    private double _secondsSum;
    private long _steps;

    /// <summary>Counts a job that has ended.</summary>
    public void Count(JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(job);
        lock (_gate)
        {
            Increase(_ended, job.State.Name());
            _steps += job.Progress.Step;
            if (job.State == JobState.Done && job.Seconds is { } seconds)
            {
                int bucket = Array.FindIndex(Buckets, limit => seconds <= limit);
                _seconds[bucket < 0 ? Buckets.Length : bucket]++;
                _secondsSum += seconds;
            }
        }
    }

    /// <summary>Counts an answer once it has been given.</summary>
    public async Task CountRequest(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        finally
        {
            lock (_gate)
            {
                Increase(_requests, context.Response.StatusCode);
            }
        }
    }

    /// <summary>All figures in Prometheus' text format.</summary>
    /// <param name="board">Tells what waits and what runs.</param>
    public string Write(JobBoard board)
    {
        ArgumentNullException.ThrowIfNull(board);
        var text = new StringBuilder();
        Single(text, "radl_queue_length", "gauge", "Generations that wait.", board.Waiting);
        Single(text, "radl_queue_capacity", "gauge", "Generations that may wait.", board.Capacity);
        Single(text, "radl_running", "gauge", "Generations that are being drawn.", board.Running);
        Single(text, "radl_live_tensors", "gauge", "Native tensors that are held, those of the open model included.", Tensor.LiveCount);
        Single(text, "process_resident_memory_bytes", "gauge", "Resident memory.", Environment.WorkingSet);
        lock (_gate)
        {
            Single(text, "radl_steps_total", "counter", "Denoising steps of ended generations.", _steps);
            Head(text, "radl_generations_total", "counter", "Generations by how they ended.");
            foreach ((string state, long count) in _ended)
            {
                Line(text, $"radl_generations_total{{state=\"{state}\"}}", count);
            }
            Head(text, "radl_http_requests_total", "counter", "Answers by status.");
            foreach ((int status, long count) in _requests)
            {
                Line(text, string.Create(CultureInfo.InvariantCulture, $"radl_http_requests_total{{code=\"{status}\"}}"), count);
            }
            WriteSeconds(text);
        }
        return text.ToString();
    }

    private static void Increase<TKey>(SortedDictionary<TKey, long> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static void Single(StringBuilder text, string name, string type, string help, double value)
    {
        Head(text, name, type, help);
        Line(text, name, value);
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, double value) => text.Append(name).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private void WriteSeconds(StringBuilder text)
    {
        Head(text, "radl_generation_seconds", "histogram", "Seconds of drawing of generations that are done.");
        long sum = 0;
        for (int i = 0; i < _seconds.Length; i++)
        {
            sum += _seconds[i];
            string limit = i < Buckets.Length ? Buckets[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, $"radl_generation_seconds_bucket{{le=\"{limit}\"}}", sum);
        }
        Line(text, "radl_generation_seconds_sum", _secondsSum);
        Line(text, "radl_generation_seconds_count", sum);
    }
}
