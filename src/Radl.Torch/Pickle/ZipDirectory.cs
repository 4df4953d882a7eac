using System.Buffers.Binary;
using System.Text;
using Radl.Torch.IO;

namespace Radl.Torch.Pickle;

/// <summary>A plainly stored entry of a zip archive: where its bytes are.</summary>
internal readonly record struct ZipEntry(string Name, long Position, long Length);

/// <summary>
/// The directory of an archive that <c>torch.save</c> wrote. Entries are stored, never compressed, so that tensors can be taken
/// from the mapped file; anything else is refused before a byte is allocated for it.
/// </summary>
/// <remarks>
/// After PKWARE's APPNOTE: sections 4.3.7 (local header), 4.3.12 (central header), 4.3.14 to 4.3.16 (end records), 4.5.3 (64-bit sizes).
/// </remarks>
internal sealed class ZipDirectory
{
    private const int EndSize = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int CentralSize = 46;
    private const int LocalSize = 30;
    private const int LongestName = 512;

    private readonly MappedFile _file;
    private readonly PickleBudget _budget;

    private ZipDirectory(MappedFile file, PickleBudget budget)
    {
        _file = file;
        _budget = budget;
    }

    /// <summary>The entries of a file, in the order of their bytes.</summary>
    /// <exception cref="PickleException">The archive is broken, or its entries are compressed or overlap.</exception>
    internal static List<ZipEntry> Read(MappedFile file, PickleBudget budget) => new ZipDirectory(file, budget).Read();

    private List<ZipEntry> Read()
    {
        (long begin, long size, long count) = FindDirectory();
        if (count > size / CentralSize)
        {
            throw Error(PickleRule.ZipDirectory, $"{count} entries do not fit a directory of {size} bytes");
        }
        var headers = new List<(long Header, ZipEntry Entry)>();
        long at = begin;
        for (long i = 0; i < count; i++)
        {
            _budget.Charge(160); // the entry, its place in two lists, a slot of the table by name
            headers.Add(ReadEntry(ref at, begin + size, begin));
        }
        headers.Sort((a, b) => a.Header.CompareTo(b.Header));
        for (int i = 1; i < headers.Count; i++)
        {
            ZipEntry before = headers[i - 1].Entry;
            if (before.Position + before.Length > headers[i].Header)
            {
                throw Error(PickleRule.ZipOverlap, $"entries '{Short(before.Name)}' and '{Short(headers[i].Entry.Name)}' overlap");
            }
        }
        return headers.ConvertAll(header => header.Entry);
    }

    private (long Begin, long Size, long Count) FindDirectory()
    {
        long end = FindEnd();
        ReadOnlySpan<byte> record = _file.Bytes(end, EndSize);
        long count = UInt16(record, 10);
        long size = UInt32(record, 12);
        long begin = UInt32(record, 16);
        if (count == ushort.MaxValue || size == uint.MaxValue || begin == uint.MaxValue)
        {
            end = FindEnd64(end);
            record = _file.Bytes(end, End64Size);
            count = Int64(record, 32);
            size = Int64(record, 40);
            begin = Int64(record, 48);
        }
        return count >= 0 && size >= 0 && begin >= 0 && begin <= end && size <= end - begin
            ? (begin, size, count)
            : throw Error(PickleRule.ZipDirectory, $"a directory of {size} bytes at {begin} does not end before its end record at {end}");
    }

    private long FindEnd()
    {
        int tail = (int)Math.Min(_file.Length, EndSize + LongestComment);
        ReadOnlySpan<byte> bytes = _file.Bytes(_file.Length - tail, tail);
        for (int i = tail - EndSize; i >= 0; i--)
        {
            if (bytes[i..].StartsWith("PK\u0005\u0006"u8) && UInt16(bytes[i..], 20) == tail - EndSize - i)
            {
                return _file.Length - tail + i;
            }
        }
        throw Error(PickleRule.ZipDirectory, "the archive has no end record", "The file is probably cut short: compare its size with the original's.");
    }

    private long FindEnd64(long end)
    {
        if (end >= LocatorSize && _file.Bytes(end - LocatorSize, LocatorSize) is var locator && locator.StartsWith("PK\u0006\u0007"u8)
            && Int64(locator, 8) is var at && at >= 0 && at <= end - LocatorSize - End64Size && _file.Bytes(at, 4).SequenceEqual("PK\u0006\u0006"u8))
        {
            return at;
        }
        throw Error(PickleRule.ZipDirectory, "the end record speaks of another of 64 bits, which is not there");
    }

    private (long Header, ZipEntry Entry) ReadEntry(ref long at, long end, long dataEnd)
    {
        ReadOnlySpan<byte> record = at <= end - CentralSize ? _file.Bytes(at, CentralSize) : [];
        if (!record.StartsWith("PK\u0001\u0002"u8))
        {
            throw Error(PickleRule.ZipDirectory, $"there is no entry at {at} of the directory");
        }
        int nameLength = UInt16(record, 28);
        int extraLength = UInt16(record, 30);
        long next = at + CentralSize + nameLength + extraLength + UInt16(record, 32);
        if (next > end || nameLength is 0 or > LongestName)
        {
            throw Error(PickleRule.ZipDirectory, $"the entry at {at} has a name of {nameLength} bytes, or does not end within the directory");
        }
        ReadOnlySpan<byte> nameBytes = _file.Bytes(at + CentralSize, nameLength);
        _budget.ChargeString(nameLength);
        string name = Encoding.UTF8.GetString(nameBytes);
        long length = UInt32(record, 24);
        long stored = UInt32(record, 20);
        long header = UInt32(record, 42);
        ReadLong(_file.Bytes(at + CentralSize + nameLength, extraLength), name, ref length, ref stored, ref header);
        if (UInt16(record, 10) != 0 || (UInt16(record, 8) & 1) != 0 || stored != length)
        {
            throw Error(PickleRule.ZipCompressed, $"entry '{Short(name)}' is compressed or encrypted ({stored} bytes for {length})", "torch.save stores its entries as they are; pack the file anew.");
        }
        at = next;
        return (header, new ZipEntry(name, DataOf(header, name, nameBytes, length, dataEnd), length));
    }

    // Fields that are too small hold all ones, and the extra field has them in this order, each only if it is needed.
    private void ReadLong(ReadOnlySpan<byte> extra, string name, ref long length, ref long stored, ref long header)
    {
        if (length != uint.MaxValue && stored != uint.MaxValue && header != uint.MaxValue)
        {
            return;
        }
        while (extra.Length >= 4)
        {
            int size = UInt16(extra, 2);
            if (size > extra.Length - 4)
            {
                break;
            }
            if (UInt16(extra, 0) == 1)
            {
                ReadOnlySpan<byte> fields = extra.Slice(4, size);
                length = Field(length, ref fields);
                stored = Field(stored, ref fields);
                header = Field(header, ref fields);
                return;
            }
            extra = extra[(4 + size)..];
        }
        throw Error(PickleRule.ZipDirectory, $"entry '{Short(name)}' has no 64-bit sizes, though it needs them");

        long Field(long value, ref ReadOnlySpan<byte> fields)
        {
            if (value != uint.MaxValue)
            {
                return value;
            }
            if (fields.Length < 8 || Int64(fields, 0) < 0)
            {
                throw Error(PickleRule.ZipDirectory, $"entry '{Short(name)}' has no 64-bit sizes, though it needs them");
            }
            value = Int64(fields, 0);
            fields = fields[8..];
            return value;
        }
    }

    private long DataOf(long header, string name, ReadOnlySpan<byte> nameBytes, long length, long dataEnd)
    {
        if (header > dataEnd - LocalSize || !_file.Bytes(header, 4).SequenceEqual("PK\u0003\u0004"u8))
        {
            throw Error(PickleRule.ZipDirectory, $"entry '{Short(name)}' is not at {header}, where the directory says");
        }
        ReadOnlySpan<byte> local = _file.Bytes(header, LocalSize);
        int nameLength = UInt16(local, 26);
        long data = header + LocalSize + nameLength + UInt16(local, 28);
        if (data > dataEnd || length > dataEnd - data)
        {
            throw Error(PickleRule.ZipOverlap, $"entry '{Short(name)}' of {length} bytes at {data} reaches into the directory at {dataEnd}");
        }
        return _file.Bytes(header + LocalSize, nameLength).SequenceEqual(nameBytes)
            ? data
            : throw Error(PickleRule.ZipDirectory, $"entry '{Short(name)}' has another name in front of its bytes");
    }

    private PickleException Error(PickleRule rule, string text, string? hint = null) => new(rule, _file.Path, "zip directory", text, hint);

    private static string Short(string name) => Safetensors.SafetensorsText.Shorten(name);

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
