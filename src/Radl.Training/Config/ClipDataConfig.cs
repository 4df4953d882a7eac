using System.ComponentModel.DataAnnotations;

namespace Radl.Training.Config;

/// <summary>What a CLIP of the drawn world learns from, beside <see cref="ToyDataConfig"/>: section <c>clip_data</c>.</summary>
public sealed record ClipDataConfig
{
    /// <summary>Share of pictures that went through the model's codec, so that what the model generates is nothing new.</summary>
    [Range(0, 1)]
    public double CodecShare { get; set; } = 0.5;

    /// <summary>Most noise on the latents of such a picture, in standard deviations of the latents: each picture gets a random part of it.</summary>
    [Range(0, 10)]
    public double LatentNoise { get; set; } = 0.3;

    /// <summary>Most shift of each side of an object's box, as a share of the box.</summary>
    [Range(0, 0.4)]
    public double BoxJitter { get; set; } = 0.08;

    /// <summary>Whether every scene also meets its own prompt with one fact changed, and every crop its label with another colour, pattern and category.</summary>
    public bool Mistakes { get; set; } = true;
}
