namespace Radl.Diffusion.Hub;

/// <summary>How far a pull is, in bytes that were missing when it began.</summary>
/// <param name="Done">Bytes that have come. They may become fewer when a file has to be begun anew.</param>
/// <param name="Total">Bytes to come in all.</param>
public readonly record struct HubProgress(long Done, long Total);

/// <summary>A pulled repository.</summary>
/// <param name="Folder">The snapshot: a folder with the repository's own layout.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Files">The files that were wanted; all are there.</param>
/// <param name="Downloaded">Bytes of files that were not in the cache before.</param>
public sealed record HubSnapshot(string Folder, string Commit, IReadOnlyList<HubFile> Files, long Downloaded);

/// <summary>Downloads repositories of a hub into the hub cache.</summary>
public sealed class HubClient : IDisposable
{
    private const int MostListingBytes = 1 << 26;
    private const int MostPages = 1000;

    private readonly HubSettings _settings;
    private readonly HubConnection _connection;
    private readonly HubRetry _retry;
    private readonly HubDownload _download;

    /// <summary>A client of one hub. Nothing is asked yet.</summary>
    /// <param name="settings">Which hub, which cache.</param>
    /// <param name="time">The clock that waits between tries.</param>
    /// <param name="warn">Told of tries that failed and of waiting; null for nobody.</param>
    /// <param name="network">The network; the system's when null.</param>
    public HubClient(HubSettings settings, TimeProvider time, Action<string>? warn = null, HubNetwork? network = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        Action<string> tell = warn ?? (_ => { });
        _settings = settings;
        Cache = new HubCache(settings.CacheRoot);
        _connection = new HubConnection(settings, time, network ?? new HubNetwork());
        _retry = new HubRetry(time, tell);
        _download = new HubDownload(_connection, _retry, Cache, time, tell);
    }

    /// <summary>Where files go.</summary>
    public HubCache Cache { get; }

    /// <summary>Asks what a repository holds.</summary>
    /// <exception cref="HubException">The hub cannot be reached, refuses, or answers nonsense; a file's name leads outside its folder.</exception>
    public async Task<HubListing> ListAsync(HubRepository repository, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        string model = $"/api/models/{repository.Name}";
        (byte[] description, _) = await ReadAsync(At($"{model}/revision/{Uri.EscapeDataString(repository.Revision)}?blobs=true"), cancellation).ConfigureAwait(false);
        string commit = HubListing.ParseCommit(description, repository.ToString());
        List<HubFile> files;
        try
        {
            files = await TreeAsync(repository, At($"{model}/tree/{commit}?recursive=true"), cancellation).ConfigureAwait(false);
        }
        catch (HubException error) when (error.Status == System.Net.HttpStatusCode.NotFound)
        {
            files = HubListing.ParseSiblings(description, repository.ToString());
        }
        HubPaths.Check([.. files.Select(file => file.Path)], repository.ToString());
        return new HubListing(commit, files);
    }

    /// <summary>Downloads what is missing of a repository, and gives the folder that holds it.</summary>
    /// <param name="repository">Which one.</param>
    /// <param name="wanted">Which of its files.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the download; what has come of a file stays for the next time.</param>
    /// <exception cref="HubException">As in <see cref="ListAsync"/>; or no file is wanted.</exception>
    /// <exception cref="HubFileException">A file is not the one that the hub lists.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public async Task<HubSnapshot> PullAsync(HubRepository repository, HubGlob wanted, IProgress<HubProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        HubListing listing = await ListAsync(repository, cancellation).ConfigureAwait(false);
        HubFile[] files = [.. listing.Files.Where(file => wanted.Matches(file.Path))];
        if (files.Length == 0)
        {
            throw new HubException($"{repository}: none of its {listing.Files.Count} files is wanted ({string.Join(", ", listing.Files.Select(file => file.Path).Take(20))}); --include names others");
        }
        HubFile[] missing = [.. files.Where(file => !Cache.Has(repository, file)).DistinctBy(file => file.Hash)];
        long total = missing.Sum(file => file.Size - Left(file));
        long done = 0;
        foreach (HubFile file in missing)
        {
            long left = Left(file);
            long before = done;
            string path = string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString));
            Uri uri = At($"/{repository.Name}/resolve/{listing.Commit}/{path}");
            await _download.RunAsync(repository, file, uri, size => progress?.Report(new HubProgress(before + Math.Max(0, size - left), total)), cancellation).ConfigureAwait(false);
            done += file.Size - left;
        }
        foreach (HubFile file in files)
        {
            Cache.Place(repository, listing.Commit, file);
        }
        // Last of all: whoever follows the name finds a snapshot that is complete.
        Cache.Remember(repository, listing.Commit);
        return new HubSnapshot(Cache.Snapshot(repository, listing.Commit), listing.Commit, files, missing.Sum(file => file.Size));

        long Left(HubFile file) => PartialFile.LeftOf(file, Cache.Blob(repository, file.Hash));
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private Uri At(string path) => new(_settings.Endpoint.ToString().TrimEnd('/') + path);

    private async Task<List<HubFile>> TreeAsync(HubRepository repository, Uri first, CancellationToken cancellation)
    {
        var files = new List<HubFile>();
        Uri? page = first;
        for (int count = 0; page is not null; count++)
        {
            if (count == MostPages)
            {
                throw new HubException($"{repository}: the listing has more than {MostPages} pages");
            }
            (byte[] json, Uri? next) = await ReadAsync(page, cancellation).ConfigureAwait(false);
            page = next is null ? null : _connection.Follow(page, next);
            files.AddRange(HubListing.ParseTree(json, repository.ToString()));
        }
        return files;
    }

    private Task<(byte[] Json, Uri? Next)> ReadAsync(Uri uri, CancellationToken cancellation) => _retry.RunAsync(
        async token =>
        {
            using HubResponse answer = await _connection.GetAsync(uri, 0, null, token).ConfigureAwait(false);
            return (await answer.ReadAllAsync(MostListingBytes).ConfigureAwait(false), answer.Next);
        },
        cancellation);
}
