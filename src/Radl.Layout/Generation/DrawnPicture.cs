using Radl.Diffusion.Imaging;
using Radl.Torch;

namespace Radl.Layout.Generation;

/// <summary>What is wanted beside the picture.</summary>
public sealed record DrawRequest
{
    /// <summary>Collect where each instance and each verb acted.</summary>
    public bool AttentionMaps { get; init; }

    /// <summary>With <see cref="AttentionMaps"/>: also the maps of the steps 0, n, 2n, … of this n, each a mean since the one before. 0 for none.</summary>
    public int AttentionEvery { get; init; }

    /// <summary>Shown the picture as it stands after each step, still noisy: steps done and the picture. Each costs a pass of the decoder.</summary>
    public Action<int, RgbImage>? Preview { get; init; }

    /// <summary>Shown the latents after each step: steps done, and [1, channels, h, w] on the scale of the VAE's scaled latents, still noisy and valid
    /// during the call only.</summary>
    public Action<int, Tensor>? Latents { get; init; }
}

/// <summary>A picture of a scene.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="HeatMaps">One per instance and per verb at every resolution of the method; empty when not asked for, or without control.</param>
public sealed record DrawnPicture(RgbImage Image, long Seed, IReadOnlyList<SceneHeatMap> HeatMaps)
{
    /// <summary>The maps step by step, where <see cref="DrawRequest.AttentionEvery"/> asked for them; in every frame the same maps in the same order.</summary>
    public IReadOnlyList<HeatMapFrame> Frames { get; init; } = [];
}

/// <summary>Heat maps up to one step.</summary>
/// <param name="Step">From 0; the maps are means over the steps behind the frame before, up to this one.</param>
/// <param name="Maps">As in <see cref="DrawnPicture.HeatMaps"/>.</param>
public sealed record HeatMapFrame(int Step, IReadOnlyList<SceneHeatMap> Maps);

/// <summary>Where something acted, as a mean over the controlled steps and the layers of one resolution.</summary>
/// <param name="Kind">What acted.</param>
/// <param name="Name">The instance's label, or the verb.</param>
/// <param name="Index">Number of the instance, or of the verb.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">[height, width], at least 0; weights of an instance are at most 1.</param>
public sealed record SceneHeatMap(HeatMapKind Kind, string Name, int Index, int Height, int Width, IReadOnlyList<float> Values);

/// <summary>What a heat map shows.</summary>
public enum HeatMapKind
{
    /// <summary>The weight of an instance in the fusion.</summary>
    Instance,

    /// <summary>The relation attention to a verb's tokens.</summary>
    Verb,
}
