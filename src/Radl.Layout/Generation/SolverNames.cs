using Radl.Diffusion.Schedulers;

namespace Radl.Layout.Generation;

/// <summary>Solvers by the names that users write.</summary>
public static class SolverNames
{
    private static readonly Dictionary<string, SchedulerKind> Kinds = new(StringComparer.Ordinal)
    {
        ["euler"] = SchedulerKind.Euler,
        ["ddim"] = SchedulerKind.Ddim,
        ["pndm"] = SchedulerKind.Pndm,
        ["lms"] = SchedulerKind.Lms,
        ["dpmsolver"] = SchedulerKind.DpmSolver,
        ["unipc"] = SchedulerKind.UniPc,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> All => Kinds.Keys;

    /// <summary>Those whose step depends on no earlier one.</summary>
    public static IReadOnlyCollection<string> SingleStep { get; } = ["euler", "ddim"];

    /// <summary>The solver of a name.</summary>
    /// <exception cref="ArgumentException">Another name.</exception>
    public static SchedulerKind Parse(string name) => Kinds.TryGetValue(name, out SchedulerKind kind)
        ? kind
        : throw new ArgumentException($"scheduler '{name}' is not one of {string.Join(", ", Kinds.Keys)}");

    /// <summary>A model's scheduler config with another solver: the noise schedule stays, the options of the model's own solver go.</summary>
    public static SchedulerConfig Apply(SchedulerConfig model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        SchedulerKind kind = Parse(name);
        // Latents are not pictures: clamping them to [-1, 1], DDIM's default, is never right here.
        return kind == model.Kind
            ? model
            : model with { Kind = kind, ClipSample = false, SolverType = null, SolverOrder = null, LowerOrderFinal = null, DisableCorrector = null, TimestepSpacing = null };
    }
}
