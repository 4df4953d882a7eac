using System.Text.Json;

namespace Radl.Diffusion.Hub;

/// <summary>What a repository holds at a commit.</summary>
/// <param name="Commit">The commit that the revision stood for when the hub was asked.</param>
/// <param name="Files">Its files, in the hub's order. Names are checked: each stays inside the folder that it is put into.</param>
public sealed record HubListing(string Commit, IReadOnlyList<HubFile> Files)
{
    /// <summary>Reads the commit out of a repository's description (<c>GET /api/models/…</c>).</summary>
    internal static string ParseCommit(byte[] json, string source) => Read(json, source, root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("sha", out JsonElement sha) && sha.GetString() is { } text && HubRepository.IsCommitId(text)
            ? text
            : throw new HubException($"{source}: the answer has no commit id ('sha', 40 hexadecimal digits)"));

    /// <summary>Reads a page of the tree (<c>GET /api/models/…/tree/…</c>): its files, without folders.</summary>
    internal static List<HubFile> ParseTree(byte[] json, string source) => Read(json, source, root =>
        root.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "file").Select(entry =>
        {
            bool isLarge = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
            return File(Text(entry, "path"), isLarge ? Text(lfs, "oid") : Text(entry, "oid"), (isLarge ? lfs : entry).GetProperty("size").GetInt64(), isLarge, source);
        }).ToList());

    /// <summary>Reads the files out of a repository's description that was asked for with its blobs, for hubs that have no tree.</summary>
    internal static List<HubFile> ParseSiblings(byte[] json, string source) => Read(json, source, root =>
        root.GetProperty("siblings").EnumerateArray().Select(entry =>
        {
            bool isLarge = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
            string hash = isLarge ? Text(lfs, lfs.TryGetProperty("sha256", out _) ? "sha256" : "oid") : Text(entry, "blobId");
            return File(Text(entry, "rfilename"), hash, (isLarge ? lfs : entry).GetProperty("size").GetInt64(), isLarge, source);
        }).ToList());

    private static HubFile File(string path, string hash, long size, bool isLarge, string source)
    {
        // Some hubs write the algorithm before the digits, as in the LFS pointer file.
        HubHash? parsed = HubHash.TryParse(hash.StartsWith("sha256:", StringComparison.Ordinal) ? hash["sha256:".Length..] : hash);
        return parsed is not null && parsed.IsSha256 == isLarge && size >= 0
            ? new HubFile(path, size, parsed)
            : throw new HubException($"{source}: the hub gives no usable size and hash for one of its files, so a download could not be checked");
    }

    private static string Text(JsonElement element, string field) => element.GetProperty(field).GetString() ?? "";

    private static T Read<T>(byte[] json, string source, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HubException($"{source}: the answer is not what a hub says about a repository: {error.Message}", error);
        }
    }
}
