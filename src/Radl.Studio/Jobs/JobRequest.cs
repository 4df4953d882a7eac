using Radl.Layout.Generation;
using Radl.Layout.Scenes;

namespace Radl.Studio.Jobs;

/// <summary>What a job is to draw, with every default filled in.</summary>
public sealed record JobRequest
{
    /// <summary>Most pictures of one job.</summary>
    public const int MostPictures = 16;

    /// <summary>Steps from preview to preview where a request does not say.</summary>
    public const int UsualPreviewEvery = 5;

    /// <summary>The scene.</summary>
    public required Scene Scene { get; init; }

    /// <summary>Name of the model, one of those that the server lists.</summary>
    public required string Model { get; init; }

    /// <summary>How a picture is made.</summary>
    public required GenerationSettings Settings { get; init; }

    /// <summary>Seed of the first picture; the others follow it.</summary>
    public required long Seed { get; init; }

    /// <summary>Pictures, 1 to <see cref="MostPictures"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>A preview after every so many steps; 0 for none.</summary>
    public int PreviewEvery { get; init; } = UsualPreviewEvery;

    /// <summary>Whether it is recorded where instances and verbs acted.</summary>
    public bool AttentionMaps { get; init; }
}
