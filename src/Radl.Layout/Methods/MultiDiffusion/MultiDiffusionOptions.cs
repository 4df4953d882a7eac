namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>How MultiDiffusion steps regions and windows; the defaults are the reference's.</summary>
public sealed record MultiDiffusionOptions
{
    /// <summary>Constant colours that are drawn once a picture, and of which every region picks one in every step and window.</summary>
    public int Colours { get; init; } = 20;

    /// <summary>Side of a window in latent pixels; null is the side that the U-Net was trained at, 64 in Stable Diffusion v1.</summary>
    public int? Window { get; init; }

    /// <summary>Latent pixels from one window to the next, at most the window's side; a window more ends at the edge where the stride does not reach it.</summary>
    public int Stride { get; init; } = 8;

    /// <summary>Whether a picture larger than the window is stepped window by window (the panorama mode); otherwise it is one window.</summary>
    public bool Panorama { get; init; } = true;

    internal void Check()
    {
        Require(Colours >= 1, nameof(Colours), $"is {Colours}; it must be 1 or more");
        Require(Window is null or >= 1, nameof(Window), $"is {Window}; it must be 1 or more");
        Require(Stride >= 1, nameof(Stride), $"is {Stride}; it must be 1 or more");
    }

    private static void Require(bool holds, string name, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(MultiDiffusionOptions)}.{name} {otherwise}");
        }
    }
}
