namespace Radl.Layout.Scenes;

/// <summary>The limits of a scene; docs/scene.schema.json publishes the same numbers.</summary>
public static class SceneLimits
{
    /// <summary>Most instances: RaDL's phase gate has 30 slots, of which background, layout and relation take three.</summary>
    public const int Instances = 27;

    /// <summary>Most relations.</summary>
    public const int Relations = 64;

    /// <summary>Longest prompt or negative prompt, in UTF-16 units.</summary>
    public const int PromptLength = 10_000;

    /// <summary>Longest label, in UTF-16 units.</summary>
    public const int LabelLength = 1_000;

    /// <summary>Longest verb phrase, in UTF-16 units.</summary>
    public const int VerbLength = 200;

    /// <summary>Shortest side in pixels.</summary>
    public const int MinSide = 64;

    /// <summary>Longest side in pixels.</summary>
    public const int MaxSide = 2048;

    /// <summary>Sides are multiples of this.</summary>
    public const int SideStep = 8;

    /// <summary>Greatest seed: pictures take the next ones, and the last is left as the end.</summary>
    public const long Seed = long.MaxValue - 1;

    /// <summary>Greatest strength of an instance.</summary>
    public const double Strength = 5;

    /// <summary>Most polygons of a mask.</summary>
    public const int Polygons = 256;

    /// <summary>Most corners of a polygon.</summary>
    public const int PolygonPoints = 4096;

    /// <summary>Most pixels of a mask picture.</summary>
    public const int MaskPixels = 4096 * 4096;

    /// <summary>Largest scene, and largest line of a JSON Lines file, in bytes.</summary>
    public const int SceneBytes = 16 << 20;
}
