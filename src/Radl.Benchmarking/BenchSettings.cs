using Radl.Diffusion.Models;
using Radl.Layout.Methods;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Benchmarking;

/// <summary>What <see cref="BenchRun"/> measures.</summary>
public sealed record BenchSettings
{
    /// <summary>Most instances that a step is measured with.</summary>
    public const int MostInstances = SceneLimits.Instances;

    /// <summary>Methods whose step can be measured: all that control one.</summary>
    public static IReadOnlyList<string> KnownMethods { get; } = [.. LayoutMethods.Names.Where(name => name != LayoutMethods.StableDiffusion)];

    /// <summary>A model folder, or null for Stable Diffusion v1.4 at full size with random weights.</summary>
    public LocatedModel? Model { get; init; }

    /// <summary>Type of the U-Net and the adapters.</summary>
    public required DType DType { get; init; }

    /// <summary>Where everything computes.</summary>
    public required Device Device { get; init; }

    /// <summary>Side of the square picture in pixels, a multiple of 64; null is the model's own.</summary>
    public int? Side { get; init; }

    /// <summary>Layout methods whose step is measured beside the plain one; the first is the one that ratios are about.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [LayoutMethods.Radl];

    /// <summary>Instances of the scenes.</summary>
    public IReadOnlyList<int> Instances { get; init; } = [6];

    /// <summary>Rounds of the steps and of the texts.</summary>
    public Rounds Rounds { get; init; } = new(3, 10);

    /// <summary>Rounds of the decoder, which takes several steps' time.</summary>
    public Rounds DecodeRounds { get; init; } = new(1, 5);

    /// <summary>Also measures a plain step that merges this share of tokens; 0 for none.</summary>
    public double TokenMerging { get; init; }

    /// <summary>Also measures decoding in tiles.</summary>
    public bool VaeTiling { get; init; }

    /// <summary>Times opening the model too, from files that are in the page cache.</summary>
    public bool Load { get; init; }

    /// <summary>Folder for the files of <see cref="Load"/> where the model is made; they are deleted.</summary>
    public string Scratch { get; init; } = Path.GetTempPath();

    /// <summary>Threads of an op that were asked for; null leaves them to the work, as generation does.</summary>
    public int? Threads { get; init; }

    /// <summary>Checks names and ranges.</summary>
    /// <exception cref="ArgumentException">One is wrong; the message names it as the command line does.</exception>
    public void Validate()
    {
        Require(Side is null || (Side % 64 == 0 && Side is >= 64 and <= SceneLimits.MaxSide), $"size ({Side}) must be a multiple of 64 in [64, {SceneLimits.MaxSide}]");
        Require(Instances.Count > 0 && Instances.All(count => count is >= 1 and <= MostInstances), $"instances ({string.Join(",", Instances)}) must lie in [1, {MostInstances}]");
        Require(Instances.Distinct().Count() == Instances.Count, $"instances ({string.Join(",", Instances)}): a number occurs twice");
        foreach (string method in Methods)
        {
            Require(KnownMethods.Contains(method), $"method '{method}' is not one of {string.Join(", ", KnownMethods)}");
        }
        Require(Methods.Count > 0 && Methods.Distinct().Count() == Methods.Count, "methods: each is named once, and at least one");
        Require(TokenMerging is >= 0 and <= Diffusion.Attention.TokenMerging.MostRatio, FormattableString.Invariant($"token-merging ({TokenMerging}) must lie in [0, {Diffusion.Attention.TokenMerging.MostRatio}]"));
        Require(Rounds.Repeats >= 1 && Rounds.Steps >= 1, "repeats and steps must be 1 or more");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException(otherwise);
        }
    }
}
