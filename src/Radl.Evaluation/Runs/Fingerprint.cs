using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Radl.Evaluation.Runs;

/// <summary>Everything that decides the pictures of a folder, by name, so that results of different settings never mix.</summary>
public sealed record Fingerprint
{
    private Fingerprint(IReadOnlyList<KeyValuePair<string, string>> entries) => Entries = entries;

    /// <summary>Name and value, in writing order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries { get; }

    /// <summary>A fingerprint of named values.</summary>
    public static Fingerprint Of(IEnumerable<KeyValuePair<string, string>> entries) => new([.. entries]);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Fingerprint Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new([.. document.RootElement.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetString() ?? ""))]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: this is not the fingerprint of a run: {error.Message}", error);
        }
    }

    /// <summary>One JSON object of strings.</summary>
    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in Entries)
            {
                json.WriteString(name, value);
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>What differs, as <c>steps: 60 there, 30 now</c>; empty for the same.</summary>
    public IReadOnlyList<string> DifferencesTo(Fingerprint now)
    {
        ArgumentNullException.ThrowIfNull(now);
        Dictionary<string, string> mine = Entries.ToDictionary(StringComparer.Ordinal);
        Dictionary<string, string> other = now.Entries.ToDictionary(StringComparer.Ordinal);
        return
        [
            .. from name in mine.Keys.Union(other.Keys)
               let before = mine.GetValueOrDefault(name, "nothing")
               let after = other.GetValueOrDefault(name, "nothing")
               where before != after
               select $"{name}: {Short(before)} there, {Short(after)} now",
        ];
    }

    /// <summary>SHA-256 over names and contents of files, in the order of their relative paths.</summary>
    public static string HashFiles(string folder, IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (string file in files.Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Replace('\\', '/') + "\0"));
            using FileStream stream = File.OpenRead(Path.Combine(folder, file));
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Hashes differ in their first digits, and nobody reads more.
    private static string Short(string value) => value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? value[..12] + "…" : $"'{value}'";
}
