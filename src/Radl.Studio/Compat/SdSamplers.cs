using Microsoft.AspNetCore.Http;
using Radl.Studio.Api;

namespace Radl.Studio.Compat;

/// <summary>The solvers by the names of that API.</summary>
internal static class SdSamplers
{
    private static readonly (string Name, string Scheduler)[] Names =
    [
        ("Euler", "euler"),
        ("DDIM", "ddim"),
        ("PLMS", "pndm"),
        ("LMS", "lms"),
        ("DPM++ 2M", "dpmsolver"),
        ("UniPC", "unipc"),
    ];

    public static IReadOnlyList<SdSampler> All { get; } = [.. Names.Select(entry => new SdSampler(entry.Name, [entry.Scheduler], new SdNothing()))];

    /// <summary>The solver of a name in either language.</summary>
    public static string SchedulerOf(string name, string path)
    {
        foreach ((string known, string scheduler) in Names)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase) || name == scheduler)
            {
                return scheduler;
            }
        }
        throw new RequestException(StatusCodes.Status400BadRequest, $"'{name}' is not one of {string.Join(", ", Names.Select(entry => entry.Name))}", path);
    }

    public static string NameOf(string scheduler) => Names.FirstOrDefault(entry => entry.Scheduler == scheduler).Name ?? scheduler;
}
