using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Radl.Diffusion.Hub;

/// <summary>The hash by which a hub names a file's content: SHA-256 of a large (LFS) file, git's blob id of a small one.</summary>
public sealed record HubHash
{
    private const int Sha256Digits = 64;
    private const int Sha1Digits = 40;

    private HubHash(string hex) => Hex = hex;

    /// <summary>Lower-case hexadecimal digits; safe as a file's name.</summary>
    public string Hex { get; }

    /// <summary>Whether it is the plain SHA-256 of the content, and not git's SHA-1 of a header and the content.</summary>
    public bool IsSha256 => Hex.Length == Sha256Digits;

    /// <summary>Reads a hash: 64 digits are a SHA-256, 40 a git blob id. Null where the text is neither.</summary>
    public static HubHash? TryParse(string? hex) =>
        hex is { Length: Sha256Digits or Sha1Digits } && hex.All(char.IsAsciiHexDigitLower) ? new HubHash(hex) : null;

    /// <summary>Begins to hash a content of a known size. The caller disposes it.</summary>
    internal IncrementalHash Begin(long size)
    {
        if (IsSha256)
        {
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
        // Git hashes the word "blob", the size and a zero byte before the content.
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        return hash;
    }
}
