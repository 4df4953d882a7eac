using System.Security.Cryptography;

namespace Radl.Diffusion.Hub;

/// <summary>The part of a blob that has come so far: <c>HASH.incomplete</c>, and beside it the entity tag of the answer that it came from.</summary>
/// <remarks>It stays when a download is broken off, so that the next one goes on from there. The hash runs along with the bytes.</remarks>
internal sealed class PartialFile : IDisposable
{
    private const string Suffix = ".incomplete";

    private readonly HubFile _file;
    private readonly string _path;
    private readonly string _tagPath;
    private readonly FileStream _stream;
    private IncrementalHash _hash;

    private PartialFile(HubFile file, string path)
    {
        _file = file;
        _path = path;
        _tagPath = path + ".etag";
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 1 << 16);
        _hash = file.Hash.Begin(file.Size);
    }

    /// <summary>Bytes so far.</summary>
    public long Length => _stream.Length;

    /// <summary>Strong entity tag of what they came from, or null where none was given.</summary>
    public string? Tag { get; private set; }

    /// <summary>Bytes of a file that an earlier download left, without opening them.</summary>
    public static long LeftOf(HubFile file, string blob) => new FileInfo(blob + Suffix) is { Exists: true } left && left.Length <= file.Size ? left.Length : 0;

    /// <summary>Opens what an earlier download left, or begins.</summary>
    public static PartialFile Open(HubFile file, string blob)
    {
        var partial = new PartialFile(file, blob + Suffix);
        try
        {
            partial.TakeUp();
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Forgets all bytes.</summary>
    /// <param name="tag">Strong entity tag of those that follow, or null.</param>
    public void Restart(string? tag)
    {
        _stream.SetLength(0);
        _hash.Dispose();
        _hash = _file.Hash.Begin(_file.Size);
        Tag = tag;
        if (tag is null)
        {
            File.Delete(_tagPath);
        }
        else
        {
            File.WriteAllText(_tagPath, tag);
        }
    }

    /// <summary>Whether the bytes are the whole file, by its hash.</summary>
    public bool IsWhole() => Length == _file.Size && string.Equals(Convert.ToHexStringLower(_hash.GetCurrentHash()), _file.Hash.Hex, StringComparison.Ordinal);

    /// <summary>Gives the whole file its name; the next call must be <see cref="Dispose"/>.</summary>
    public void Finish(string blob)
    {
        _stream.Flush(flushToDisk: true);
        File.Move(_path, blob, overwrite: true);
        File.Delete(_tagPath);
    }

    /// <summary>Removes what is there; the next call must be <see cref="Dispose"/>.</summary>
    public void Discard()
    {
        File.Delete(_path);
        File.Delete(_tagPath);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }

    private void TakeUp()
    {
        if (Length == 0 || Length > _file.Size)
        {
            Restart(null);
            return;
        }
        Tag = File.Exists(_tagPath) ? File.ReadAllText(_tagPath) : null;
        var buffer = new byte[1 << 20];
        for (int read; (read = _stream.Read(buffer)) > 0;)
        {
            _hash.AppendData(buffer, 0, read);
        }
    }
}
