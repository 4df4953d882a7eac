namespace Radl.Evaluation.Runs;

/// <summary>Where pictures come from.</summary>
public enum PictureSource
{
    /// <summary>The renderer: what the detector reads of a perfect picture.</summary>
    Drawn,

    /// <summary>The renderer, through the codec: what no generation can exceed.</summary>
    Codec,

    /// <summary>The diffusion model.</summary>
    Model,
}

/// <summary>One way to make the pictures of a set.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Source">Where pictures come from.</param>
public sealed record Arm(string Name, PictureSource Source)
{
    /// <summary>The detector's ceiling on drawn pictures.</summary>
    public static Arm Drawn { get; } = new("drawn", PictureSource.Drawn);

    /// <summary>The ceiling on what the codec makes of them.</summary>
    public static Arm Codec { get; } = new("codec", PictureSource.Codec);

    /// <summary>Folder of the adapter; null for the base alone, or with a method that has none.</summary>
    public string? Adapter { get; init; }

    /// <summary>A method without an adapter, by name; null for the base alone, or with an adapter.</summary>
    public string? TrainingFree { get; init; }

    /// <summary>How the model samples.</summary>
    public SamplingChoices Sampling { get; init; } = new();
}
