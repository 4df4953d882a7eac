using Radl.Studio.Jobs;
using Radl.Torch.IO;

namespace Radl.Studio.Gallery;

/// <summary>All generations with their files: a database and a folder of pictures, both below one data folder.</summary>
/// <remarks>
/// Thread safe. Files are written whole before the entry that names them, and removed after it, so an entry never lacks a file.
/// One process at a time: the folder is locked.
/// </remarks>
public sealed class GalleryStore : IDisposable
{
    private const string MapsFile = "maps.json";

    private readonly GalleryDatabase _database;
    private readonly FileStream _lock;
    private readonly string _pictures;

    /// <summary>Opens the folder, and ends what another process left open.</summary>
    /// <param name="folder">Made when it is missing.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process uses it.</exception>
    public GalleryStore(string folder, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(time);
        Folder = Path.GetFullPath(folder);
        _pictures = Path.Combine(Folder, "pictures");
        Directory.CreateDirectory(_pictures);
        _lock = Lock(Path.Combine(Folder, "studio.lock"));
        try
        {
            _database = new GalleryDatabase(Path.Combine(Folder, "gallery.db"));
            foreach (string id in _database.Interrupt(time.GetUtcNow()))
            {
                RemoveFiles(id);
            }
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Where everything lies.</summary>
    public string Folder { get; }

    /// <summary>Saves a job.</summary>
    public void Save(JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _database.Put(GalleryEntry.Of(job));
        if (job.State is JobState.Failed or JobState.Cancelled)
        {
            RemoveFiles(job.Id);
        }
    }

    /// <summary>An entry, or null.</summary>
    public GalleryEntry? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return JobIds.IsId(id) ? _database.Find(id) : null;
    }

    /// <summary>Entries, newest first.</summary>
    /// <param name="query">Words that must all occur in prompt, labels, verbs, method or model; null or empty for all.</param>
    /// <param name="state">Only these; null for all.</param>
    /// <param name="before">Only those that are older than this one.</param>
    /// <param name="limit">Most entries.</param>
    public IReadOnlyList<GalleryEntry> Search(string? query, JobState? state, string? before, int limit) =>
        _database.Search((query ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), state, before, limit);

    /// <summary>Removes an entry and its files.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        bool was = JobIds.IsId(id) && _database.Remove(id);
        if (was)
        {
            RemoveFiles(id);
        }
        return was;
    }

    /// <summary>Writes a picture of a job that is being drawn.</summary>
    public void WritePicture(string id, int index, ReadOnlyMemory<byte> png) => AtomicFile.Write(InFolderOf(id, PictureName(index)), png);

    /// <summary>Writes the attention maps of a job that is being drawn.</summary>
    public void WriteMaps(string id, ReadOnlyMemory<byte> json) => AtomicFile.Write(InFolderOf(id, MapsFile), json);

    /// <summary>The file of a picture, or null when it is not there.</summary>
    public string? PictureFile(string id, int index) => Existing(id, PictureName(index));

    /// <summary>The file of the attention maps, or null when there are none.</summary>
    public string? MapsFileOf(string id) => Existing(id, MapsFile);

    /// <inheritdoc/>
    public void Dispose()
    {
        _database.Close();
        _lock.Dispose();
    }

    private static string PictureName(int index) => FormattableString.Invariant($"{index}.png");

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new IOException($"{Path.GetDirectoryName(path)} is in use by another studio; end that one or name another folder by --data", error);
        }
    }

    private string InFolderOf(string id, string file)
    {
        string folder = Path.Combine(_pictures, id);
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, file);
    }

    private string? Existing(string id, string file)
    {
        string path = Path.Combine(_pictures, id, file);
        return JobIds.IsId(id) && File.Exists(path) ? path : null;
    }

    private void RemoveFiles(string id)
    {
        string folder = Path.Combine(_pictures, id);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
