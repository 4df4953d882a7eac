using System.Text;
using Radl.Torch.IO;

namespace Radl.Diffusion.Hub;

/// <summary>The hub cache on disk, in the layout that other programs share: <c>models--owner--name/{blobs,refs,snapshots}</c>.</summary>
/// <remarks>
/// A blob is named by its hash and never changes. A snapshot is a folder of links to blobs, one per file of a commit; a ref is a small file
/// that holds the commit of a branch or tag. Locks are files that the operating system locks, which other programs respect as well.
/// </remarks>
public sealed class HubCache
{
    /// <summary>A cache; its folder need not be there.</summary>
    public HubCache(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        Root = Path.GetFullPath(root);
    }

    /// <summary>Absolute path.</summary>
    public string Root { get; }

    /// <summary>The folder of a repository's snapshot, or null where that revision was not pulled.</summary>
    public string? Find(HubRepository repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        string commit = repository.Revision;
        if (!repository.IsCommit)
        {
            string reference = Reference(repository);
            if (!File.Exists(reference))
            {
                return null;
            }
            commit = File.ReadAllText(reference).Trim();
        }
        return HubRepository.IsCommitId(commit) && Directory.Exists(Snapshot(repository, commit)) ? Snapshot(repository, commit) : null;
    }

    /// <summary>Every model repository that has a folder here, at its default revision.</summary>
    public IEnumerable<HubRepository> Repositories() => Directory.Exists(Root)
        ? Directory.GetDirectories(Root, "models--*").Select(folder => Path.GetFileName(folder)["models--".Length..].Replace("--", "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(HubRepository.TryParse).OfType<HubRepository>()
        : [];

    internal string Snapshot(HubRepository repository, string commit) => Path.Combine(Root, repository.FolderName, "snapshots", commit);

    internal string Reference(HubRepository repository) => Path.Combine([Root, repository.FolderName, "refs", .. repository.Revision.Split('/')]);

    internal string Blob(HubRepository repository, HubHash hash) => Path.Combine(Root, repository.FolderName, "blobs", hash.Hex);

    internal string Lock(HubRepository repository, HubHash hash) => Path.Combine(Root, ".locks", repository.FolderName, hash.Hex + ".lock");

    /// <summary>Whether a blob is there. Its name is its hash, and nothing gets that name unchecked; the size shows a copy that was cut off.</summary>
    internal bool Has(HubRepository repository, HubFile file) => new FileInfo(Blob(repository, file.Hash)) is { Exists: true } blob && blob.Length == file.Size;

    /// <summary>Puts a blob into a snapshot: a relative link, or a copy where the system gives no links.</summary>
    internal void Place(HubRepository repository, string commit, HubFile file)
    {
        string snapshot = Snapshot(repository, commit);
        string target = Path.GetFullPath(Path.Combine([snapshot, .. file.Path.Split('/')]));
        // Invariant: names were checked, so this holds; a second lock costs nothing.
        if (!target.StartsWith(snapshot + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new HubException($"'{file.Path}' leads outside the snapshot {snapshot}");
        }
        string folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        for (string part = folder; part.Length > snapshot.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new DirectoryInfo(part).LinkTarget is { } elsewhere)
            {
                throw new HubException($"{part} is a link to {elsewhere}; a snapshot's folders must be folders, so nothing is written there");
            }
        }
        string blob = Blob(repository, file.Hash);
        string temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            Link(temporary, blob, Path.GetRelativePath(folder, blob));
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Remembers which commit a branch or tag stood for. Of a commit there is nothing to remember.</summary>
    internal void Remember(HubRepository repository, string commit)
    {
        if (!repository.IsCommit)
        {
            string reference = Reference(repository);
            Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
            AtomicFile.Write(reference, Encoding.ASCII.GetBytes(commit));
        }
    }

    private static void Link(string path, string blob, string relative)
    {
        try
        {
            File.CreateSymbolicLink(path, relative);
        }
        catch (Exception error) when (OperatingSystem.IsWindows() && error is IOException or UnauthorizedAccessException)
        {
            // Windows gives links to administrators and developers only.
            File.Copy(blob, path);
        }
    }
}
