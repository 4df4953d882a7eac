using System.Net;

namespace Radl.Diffusion.Hub;

/// <summary>Brings one file of a repository into the cache: goes on where an earlier attempt ended, and lets nothing in that has another hash.</summary>
/// <param name="connection">To the hub.</param>
/// <param name="retry">Against failures that pass.</param>
/// <param name="cache">Where to.</param>
/// <param name="time">The clock.</param>
/// <param name="warn">Told what a user may want to know.</param>
internal sealed class HubDownload(HubConnection connection, HubRetry retry, HubCache cache, TimeProvider time, Action<string> warn)
{
    // Retries are counted anew when they brought at least this much: a long download on a bad line may break often.
    private const long Progress = 1 << 20;

    private readonly byte[] _buffer = new byte[1 << 18];

    /// <summary>Downloads a file unless it is there.</summary>
    /// <param name="repository">For the cache and for messages.</param>
    /// <param name="file">Which one.</param>
    /// <param name="uri">Where it is offered.</param>
    /// <param name="received">Told the number of bytes of the file that are there, after each piece.</param>
    /// <param name="cancellation">Ends the download; what has come stays.</param>
    public async Task RunAsync(HubRepository repository, HubFile file, Uri uri, Action<long> received, CancellationToken cancellation)
    {
        string blob = cache.Blob(repository, file.Hash);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        using IDisposable held = await HubLock.TakeAsync(
            cache.Lock(repository, file.Hash), time, () => warn($"{repository.Name}/{file.Path}: another download of it is under way; waiting"), cancellation).ConfigureAwait(false);
        if (cache.Has(repository, file))
        {
            received(file.Size);
            return;
        }
        string name = $"{repository.Name}/{file.Path}";
        using PartialFile partial = PartialFile.Open(file, blob);
        bool isSecond = false;
        while (true)
        {
            await FillAsync(name, file, uri, partial, received, cancellation).ConfigureAwait(false);
            if (partial.IsWhole())
            {
                break;
            }
            if (isSecond)
            {
                partial.Discard();
                throw new HubFileException(name, $"{file.Size} bytes", $"the content does not have the hash that the hub lists, {file.Hash.Hex}; it was downloaded twice and is not kept");
            }
            // The fault may lie in what an earlier run left, so the whole file gets one more chance.
            partial.Restart(null);
            warn($"{name}: the content does not have the hub's hash; downloading it once more");
            isSecond = true;
        }
        partial.Finish(blob);
    }

    private async Task FillAsync(string name, HubFile file, Uri uri, PartialFile partial, Action<long> received, CancellationToken cancellation)
    {
        while (true)
        {
            long before = partial.Length;
            try
            {
                await retry.RunAsync(token => AttemptAsync(name, file, uri, partial, received, token), cancellation).ConfigureAwait(false);
                return;
            }
            catch (HubException error) when (error.IsTransient && partial.Length - before >= Progress)
            {
                warn($"{error.Message}; going on at {partial.Length} of {file.Size} bytes");
            }
        }
    }

    private async Task<bool> AttemptAsync(string name, HubFile file, Uri uri, PartialFile partial, Action<long> received, CancellationToken cancellation)
    {
        received(partial.Length);
        if (partial.Length == file.Size)
        {
            return true;
        }
        using HubResponse answer = await connection.GetAsync(uri, partial.Length, partial.Tag, cancellation).ConfigureAwait(false);
        Align(answer, name, file, partial);
        for (int read; (read = await answer.ReadAsync(_buffer).ConfigureAwait(false)) > 0;)
        {
            if (partial.Length + read > file.Size)
            {
                partial.Discard();
                throw new HubFileException(name, $"byte {file.Size}", "the server goes on sending after the size that the hub lists");
            }
            partial.Append(_buffer.AsSpan(0, read));
            received(partial.Length);
        }
        return partial.Length == file.Size
            ? true
            : throw new HubException($"{name}: the connection ended after {partial.Length} of {file.Size} bytes") { IsTransient = true };
    }

    // After this the next byte of the body is the next byte of the file.
    private static void Align(HubResponse answer, string name, HubFile file, PartialFile partial)
    {
        switch (answer.Status)
        {
            case HttpStatusCode.OK:
                if (answer.Length is { } length && length != file.Size)
                {
                    partial.Discard();
                    throw new HubFileException(name, $"{length} bytes offered", $"the hub lists {file.Size} bytes");
                }
                partial.Restart(answer.StrongTag);
                break;
            case HttpStatusCode.PartialContent:
                bool isNext = answer.Range is { From: { } from } range && from == partial.Length && (range.Length is null || range.Length == file.Size);
                bool isSame = partial.Tag is null || answer.StrongTag is null || answer.StrongTag == partial.Tag;
                if (!isNext || !isSame)
                {
                    partial.Restart(null);
                    throw new HubException($"{name}: the server answered with {(isNext ? "another version of the file" : "another range")}; beginning anew") { IsTransient = true };
                }
                break;
            default:
                partial.Restart(null);
                throw new HubException($"{name}: the server knows no such range; beginning anew") { IsTransient = true };
        }
    }
}
