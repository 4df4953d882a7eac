using System.Globalization;
using System.Security.Cryptography;

namespace Radl.Diffusion.Lora;

/// <summary>A LoRA as a user asks for it, and as a picture remembers it.</summary>
/// <param name="File">Its file.</param>
/// <param name="Strength">Factor of its change.</param>
/// <param name="Hash">SHA-256 of the file in lower-case hexadecimal; empty where it was not read yet.</param>
public sealed record LoraUse(string File, double Strength, string Hash = "")
{
    /// <summary>Greatest strength, of either sign.</summary>
    public const double MostStrength = 100;

    /// <summary>Reads <c>FILE</c> or <c>FILE:STRENGTH</c>. A file whose name itself ends that way wins.</summary>
    /// <param name="text">What the user wrote; the path becomes absolute, so that a picture finds it from anywhere.</param>
    /// <exception cref="ArgumentException">No file is named, or the strength is out of range.</exception>
    public static LoraUse Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        double strength = 1;
        bool hasStrength = colon > 0 && !System.IO.File.Exists(text)
            && double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out strength);
        string file = hasStrength ? text[..colon] : text;
        if (file.Length == 0 || !(Math.Abs(hasStrength ? strength : 1) <= MostStrength))
        {
            throw new ArgumentException(FormattableString.Invariant($"--lora {text}: FILE or FILE:STRENGTH is needed, the strength in [-{MostStrength}, {MostStrength}]"));
        }
        return new LoraUse(Path.GetFullPath(file), hasStrength ? strength : 1);
    }

    /// <summary>The same with the hash of what the file holds now.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public LoraUse WithHash()
    {
        using FileStream stream = System.IO.File.OpenRead(File);
        return this with { Hash = Convert.ToHexStringLower(SHA256.HashData(stream)) };
    }
}
