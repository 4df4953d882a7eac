using Radl.Torch.IO;

namespace Radl.Torch.Safetensors;

/// <summary>
/// A safetensors file mapped into memory, read-only. Every rule of the format is checked when it is opened, so the
/// tensors it lists can be taken without further checks; nothing of the data is read until it is touched.
/// </summary>
/// <remarks>
/// <para>The mapping is counted: the opener holds one reference, which <see cref="Dispose"/> gives back; whoever keeps
/// a pointer (a tensor built over the mapping) calls <see cref="Acquire"/> before and <see cref="Release"/> after. The
/// mapping ends with the last reference. All members may be called from any thread.</para>
/// <para>The file must not be shortened or changed in place while it is open; replacing it by a rename is safe.</para>
/// </remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MappedFile _mapping;
    private readonly long _dataStart;
    private readonly OrderedDictionary<string, SafetensorsEntry> _tensors;

    private SafetensorsFile(MappedFile mapping, SafetensorsHeader header)
    {
        _mapping = mapping;
        _dataStart = header.DataStart;
        _tensors = header.Tensors;
        Metadata = header.Metadata;
    }

    /// <summary>The path it was opened with.</summary>
    public string Path => _mapping.Path;

    /// <summary>The tensors by name, enumerated in the order of their data.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _tensors;

    /// <summary>The file's free texts (<c>__metadata__</c>), empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps and checks a file. Allocates less than twice the file's size plus 1 MiB, whatever the file says.</summary>
    /// <param name="path">The file. Sizes above 2 GB are fine.</param>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static SafetensorsFile Open(string path)
    {
        var mapping = MappedFile.Open(path);
        try
        {
            int headerLength = SafetensorsHeader.ReadLength(path, mapping.Bytes(0, (int)Math.Min(mapping.Length, 64)), mapping.Length);
            return new SafetensorsFile(mapping, SafetensorsHeader.Parse(path, mapping.Bytes(SafetensorsHeader.LengthField, headerLength), mapping.Length));
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <summary>The tensor's first byte. May be unaligned. Valid while the caller holds a reference; read-only memory.</summary>
    /// <param name="entry">One of this file's <see cref="Tensors"/>.</param>
    /// <exception cref="ArgumentException">The entry is another file's.</exception>
    /// <exception cref="ObjectDisposedException">The last reference is gone.</exception>
    public nint Pointer(SafetensorsEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        byte* start = _mapping.Start;
        if (!_tensors.TryGetValue(entry.Name, out var own) || !ReferenceEquals(own, entry))
        {
            throw new ArgumentException($"Tensor '{SafetensorsText.Shorten(entry.Name)}' is not an entry of {Path}.", nameof(entry));
        }

        return (nint)(start + _dataStart + entry.Offset);
    }

    /// <summary>The tensor's bytes in the mapping, little-endian and row-major. Valid while the caller holds a reference.</summary>
    /// <param name="entry">One of this file's <see cref="Tensors"/>.</param>
    /// <exception cref="ArgumentException">The entry is another file's.</exception>
    /// <exception cref="NotSupportedException">The tensor has 2 GiB or more, which no span can hold: use <see cref="Pointer"/>.</exception>
    /// <exception cref="ObjectDisposedException">The last reference is gone.</exception>
    public ReadOnlySpan<byte> Bytes(SafetensorsEntry entry)
    {
        var pointer = Pointer(entry);
        return entry.Length <= int.MaxValue
            ? new ReadOnlySpan<byte>((void*)pointer, (int)entry.Length)
            : throw new NotSupportedException($"{Path}: tensor '{SafetensorsText.Shorten(entry.Name)}' has {entry.Length} bytes, more than a span can hold.");
    }

    /// <summary>True when the tensor's data start at a multiple of its element size, as native code may require. Writers since 2023 align; older files need not be.</summary>
    /// <param name="entry">One of this file's <see cref="Tensors"/>.</param>
    public bool IsAligned(SafetensorsEntry entry) => Pointer(entry) % Math.Max(1, entry.StoredDType.BitSize() / 8) == 0;

    /// <summary>Takes a reference, so that pointers stay valid after <see cref="Dispose"/>.</summary>
    /// <returns>This file, for <c>var file = other.Acquire();</c>.</returns>
    /// <exception cref="ObjectDisposedException">The last reference is gone.</exception>
    public SafetensorsFile Acquire()
    {
        _mapping.Acquire();
        return this;
    }

    /// <summary>Gives back one reference; the last one ends the mapping.</summary>
    /// <exception cref="InvalidOperationException">More references were given back than taken.</exception>
    public void Release() => _mapping.Release();

    /// <summary>Gives back the opener's reference; a second call does nothing.</summary>
    public void Dispose() => _mapping.Dispose();
}
