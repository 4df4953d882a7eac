using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Radl.Torch.IO;

namespace Radl.Studio.Security;

/// <summary>The keys of a server, each as a name and a SHA-256 hash; the keys themselves are stored nowhere.</summary>
/// <remarks>A line of the file is <c>sha256:HEX NAME</c>; empty lines and lines that begin with # are skipped.</remarks>
public sealed class ApiKeys
{
    private const string Prefix = "sha256:";
    private const string Scheme = "Bearer ";
    private const string Header = "X-Api-Key";
    private const int KeyBytes = 32;
    private const int MostKeyLength = 256;

    private readonly IReadOnlyList<(string Name, byte[] Hash)> _keys;

    private ApiKeys(IReadOnlyList<(string, byte[])> keys) => _keys = keys;

    /// <summary>Names of the keys.</summary>
    public IReadOnlyList<string> Names => [.. _keys.Select(key => key.Name)];

    /// <summary>Reads a file of hashes.</summary>
    /// <exception cref="InvalidDataException">A line has another form; the text does not repeat it, since it may be a key.</exception>
    public static ApiKeys Read(string path)
    {
        var keys = new List<(string, byte[])>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Trim() is { Length: > 0 } text && text[0] != '#')
            {
                keys.Add(ParseLine(text) ?? throw new InvalidDataException(
                    string.Create(CultureInfo.InvariantCulture, $"{path}: line {number}: must be '{Prefix}' and 64 hexadecimal digits, then a name; a key itself does not belong in this file (its hash: printf %s KEY | sha256sum)")));
            }
        }
        if (keys.Count == 0)
        {
            throw new InvalidDataException($"{path}: holds no key");
        }
        return keys.Select(key => key.Item1).Distinct(StringComparer.Ordinal).Count() == keys.Count ? new ApiKeys(keys) : throw new InvalidDataException($"{path}: two keys have the same name");
    }

    /// <summary>Makes a key and a file with its hash, readable by the owner alone.</summary>
    /// <param name="path">A file that is not there yet.</param>
    /// <returns>The key. Nobody can find it out again.</returns>
    public static string Create(string path)
    {
        string key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        AtomicFile.Write(path, stream =>
        {
            if (!OperatingSystem.IsWindows() && stream is FileStream file)
            {
                File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
            stream.Write(Encoding.ASCII.GetBytes($"{Prefix}{Convert.ToHexStringLower(HashOf(key))} first\n"));
        });
        return key;
    }

    /// <summary>Looks for a key in a request's <c>Authorization: Bearer</c> or <c>X-Api-Key</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Name of the key.</param>
    /// <returns>Whether there is one that is known.</returns>
    public bool Knows(HttpRequest request, [NotNullWhen(true)] out string? name)
    {
        ArgumentNullException.ThrowIfNull(request);
        string? authorization = request.Headers.Authorization;
        string? given = authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) is true ? authorization[Scheme.Length..].Trim() : (string?)request.Headers[Header];
        name = null;
        if (given is null or { Length: 0 or > MostKeyLength })
        {
            return false;
        }
        byte[] hash = HashOf(given);
        // All are compared, so that the time says nothing about which one it was.
        foreach ((string known, byte[] expected) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, expected))
            {
                name = known;
            }
        }
        return name is not null;
    }

    // A key of 256 random bits needs no slow hash: nobody can try them all.
    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static (string, byte[])? ParseLine(string line)
    {
        string[] parts = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!parts[0].StartsWith(Prefix, StringComparison.Ordinal) || parts[0].Length != Prefix.Length + (2 * SHA256.HashSizeInBytes))
        {
            return null;
        }
        string digits = parts[0][Prefix.Length..];
        return digits.All(char.IsAsciiHexDigit) ? (parts.Length > 1 ? parts[1] : digits[..8], Convert.FromHexString(digits)) : null;
    }
}
