using Radl.Benchmarking.Machine;
using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>What a run of <see cref="BenchRun"/> measured.</summary>
public sealed record BenchReport
{
    /// <summary>The machine.</summary>
    public required MachineHeader Header { get; init; }

    /// <summary>Cores that other programs kept busy meanwhile; null where the system does not tell.</summary>
    public required double? OtherCores { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>Whether it is Stable Diffusion v1.4 at 512x512 on a CPU, which targets are set for.</summary>
    public required bool HasTargets { get; init; }

    /// <summary>Side of the picture in pixels.</summary>
    public required int Side { get; init; }

    /// <summary>Type of the U-Net.</summary>
    public required DType DType { get; init; }

    /// <summary>Where it computed.</summary>
    public required Device Device { get; init; }

    /// <summary>FLOP/s of the fastest matrix product, by type.</summary>
    public required IReadOnlyDictionary<DType, double> Peaks { get; init; }

    /// <summary>Seconds that it took to make or open the model.</summary>
    public required double BuildSeconds { get; init; }

    /// <summary>Encoding of a scene's prompts in one batch.</summary>
    public required StageResult Text { get; init; }

    /// <summary>A step of plain Stable Diffusion with guidance.</summary>
    public required StageResult PlainStep { get; init; }

    /// <summary>Steps under control.</summary>
    public required IReadOnlyList<ControlResult> Controlled { get; init; }

    /// <summary>Decoding of one picture.</summary>
    public required StageResult Decode { get; init; }

    /// <summary>What was measured with options that make another picture, each beside what it stands for; empty where none was asked for.</summary>
    public required IReadOnlyList<OptionResult> Options { get; init; }

    /// <summary>Opening of the model; null where it was not asked for.</summary>
    public required Measurement? Load { get; init; }

    /// <summary>The controlled step that ratios are about: the first method's, of six instances where that was measured.</summary>
    public ControlResult MainControl => Controlled.FirstOrDefault(result => result.Method == Controlled[0].Method && result.Instances == 6) ?? Controlled[0];

    /// <summary>The most memory until after decoding, in bytes; the timing of <see cref="Load"/> is not in it.</summary>
    public long PeakMemory => Decode.PeakMemory;
}

/// <summary>One stage.</summary>
/// <param name="Name">What was done.</param>
/// <param name="DType">Type that it computes in.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Flops">Products of the model's layers, counted by formula.</param>
/// <param name="ShareOfPeak">FLOP/s at the median over the machine's fastest product in that type.</param>
/// <param name="PeakMemory">The most memory that the process held until then, in bytes.</param>
public sealed record StageResult(string Name, DType DType, Measurement Seconds, double Flops, double ShareOfPeak, long PeakMemory);

/// <summary>A stage with an option beside the stage without it.</summary>
/// <param name="Name">The option.</param>
/// <param name="Seconds">How long the stage took with it.</param>
/// <param name="Ratio">Median over that of the stage without it.</param>
public sealed record OptionResult(string Name, Measurement Seconds, double Ratio);

/// <summary>A step under control.</summary>
/// <param name="Method">The layout method.</param>
/// <param name="Instances">Instances of the scene.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Ratio">Median over the plain step's.</param>
/// <param name="LeastRatio">The same of the quickest runs, which a busy machine disturbs less.</param>
public sealed record ControlResult(string Method, int Instances, Measurement Seconds, double Ratio, double LeastRatio);
