using System.IO.MemoryMappedFiles;

namespace Radl.Torch.IO;

/// <summary>A file mapped into memory, read-only, for as long as somebody holds a reference.</summary>
/// <remarks>
/// The opener holds one reference, which <see cref="Dispose"/> gives back; whoever keeps a pointer calls <see cref="Acquire"/>
/// before and <see cref="Release"/> after. All members may be called from any thread. The file must not be shortened or changed
/// in place while it is open; replacing it by a rename is safe.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _mapping;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private int _references = 1;
    private int _disposed;

    private MappedFile(string path, long length, MemoryMappedFile? mapping, MemoryMappedViewAccessor? view, byte* start)
    {
        Path = path;
        Length = length;
        _mapping = mapping;
        _view = view;
        _start = start;
    }

    /// <summary>The path it was opened with.</summary>
    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The first byte; null for an empty file, which cannot be mapped.</summary>
    /// <exception cref="ObjectDisposedException">The last reference is gone.</exception>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) == 0, this);
            return _start;
        }
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static MappedFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // No buffer: the stream is only asked for its length and handed to the mapping.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        MemoryMappedFile? mapping = null;
        MemoryMappedViewAccessor? view = null;
        byte* page = null;
        try
        {
            long length = stream.Length;
            if (length == 0)
            {
                stream.Dispose();
                return new MappedFile(path, 0, null, null, null);
            }
            mapping = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref page);
            return new MappedFile(path, length, mapping, view, page + view.PointerOffset);
        }
        catch
        {
            Unmap(mapping, view, page);
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes in the mapping, valid while the caller holds a reference.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not lie within the file.</exception>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - count);
        return new ReadOnlySpan<byte>(Start + offset, count);
    }

    /// <summary>Takes a reference, so that pointers stay valid after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The last reference is gone.</exception>
    public void Acquire()
    {
        for (int seen = Volatile.Read(ref _references); ;)
        {
            ObjectDisposedException.ThrowIf(seen == 0, this);
            int before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
            {
                return;
            }
            seen = before;
        }
    }

    /// <summary>Gives back one reference; the last one ends the mapping.</summary>
    /// <exception cref="InvalidOperationException">More references were given back than taken.</exception>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left < 0)
        {
            Interlocked.Increment(ref _references);
            throw new InvalidOperationException($"{Path}: more references were released than acquired.");
        }
        if (left == 0)
        {
            Unmap(_mapping, _view, _start);
        }
    }

    /// <summary>Gives back the opener's reference; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    private static void Unmap(MemoryMappedFile? mapping, MemoryMappedViewAccessor? view, byte* page)
    {
        if (page is not null)
        {
            // The acquired pointer is what keeps a forgotten file mapped instead of unmapping it under its tensors.
            view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        view?.Dispose();
        mapping?.Dispose();
    }
}
