using System.Buffers.Binary;
using System.Text;
using Radl.Torch.IO;

namespace Radl.Torch.Pickle;

/// <summary>Reads a stretch of a mapped file from front to back, never beyond its end.</summary>
internal sealed class PickleCursor(MappedFile file, long begin, long end)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Position in the file of the next byte.</summary>
    internal long Position { get; private set; } = begin;

    /// <summary>Bytes up to the end.</summary>
    internal long Left => end - Position;

    internal string File => file.Path;

    internal byte Byte() => Take(1)[0];

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The next bytes, in the mapping.</summary>
    internal ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left)
        {
            throw Error(PickleRule.Truncated, $"{count} bytes are needed, {Left} are left");
        }
        if (count > int.MaxValue)
        {
            throw Error(PickleRule.TooCostly, $"a text of {count} bytes");
        }
        ReadOnlySpan<byte> bytes = file.Bytes(Position, (int)count);
        Position += count;
        return bytes;
    }

    /// <summary>Passes over bytes.</summary>
    internal void Skip(long count)
    {
        if (count < 0 || count > Left)
        {
            throw Error(PickleRule.Truncated, $"{count} bytes are needed, {Left} are left");
        }
        Position += count;
    }

    /// <summary>A text of that many bytes. Half surrogates, which Python can write, are no text here.</summary>
    internal string Text(long count, PickleBudget budget)
    {
        ReadOnlySpan<byte> bytes = Take(count);
        budget.ChargeString(count);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Error(PickleRule.BadStack, "a text is not UTF-8");
        }
    }

    /// <summary>A text of Python 2: a byte is a character.</summary>
    internal string Latin1(long count, PickleBudget budget)
    {
        ReadOnlySpan<byte> bytes = Take(count);
        budget.ChargeString(count);
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>A line of at most 500 bytes, without its end.</summary>
    internal string Line(PickleBudget budget)
    {
        const int Longest = 500;
        ReadOnlySpan<byte> rest = file.Bytes(Position, (int)Math.Min(Longest, Left));
        int length = rest.IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Error(PickleRule.Truncated, $"a line has no end within {rest.Length} bytes");
        }
        string text = Text(length, budget);
        Position++;
        return text;
    }

    /// <summary>An error at the current place.</summary>
    internal PickleException Error(PickleRule rule, string text, string? hint = null) => new(rule, file.Path, $"byte {Position}", text, hint);
}
