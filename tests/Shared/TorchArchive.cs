using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Radl.Torch;

namespace Radl.Tests.Shared;

/// <summary>Writes files as <c>torch.save</c> does, with another zip writer than ours.</summary>
internal static class TorchArchive
{
    /// <summary>The bytes of opcodes; texts are written as they are, numbers are opcodes.</summary>
    public static byte[] Opcodes(params object[] parts)
    {
        using var bytes = new MemoryStream();
        foreach (object part in parts)
        {
            bytes.Write(part switch
            {
                string text => Encoding.Latin1.GetBytes(text),
                byte[] raw => raw,
                _ => [Convert.ToByte(part, System.Globalization.CultureInfo.InvariantCulture)],
            });
        }
        return bytes.ToArray();
    }

    /// <summary>Opcode BINUNICODE with its text.</summary>
    public static byte[] Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Opcodes("X", Int32(utf8.Length), utf8);
    }

    /// <summary>Opcode BININT, or LONG1 where 32 bits are too few.</summary>
    public static byte[] Number(long value)
    {
        if (value is >= int.MinValue and <= int.MaxValue)
        {
            return Opcodes("J", Int32((int)value));
        }
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Opcodes(0x8a, 8, bytes);
    }

    /// <summary>A tuple of numbers.</summary>
    public static byte[] Numbers(params long[] values) => Opcodes(["(", .. values.Select(Number), "t"]);

    /// <summary>A call of <c>_rebuild_tensor_v2</c> on a storage.</summary>
    public static byte[] View(string storageClass, string key, long count, long offset, long[] shape, long[] strides) => Opcodes(
        "ctorch._utils\n_rebuild_tensor_v2\n((", Text("storage"), $"ctorch\n{storageClass}\n", Text(key), Text("cpu"), Number(count), "tQ",
        Number(offset), Numbers(shape), Numbers(strides), 0x89, "ccollections\nOrderedDict\n)RtR");

    /// <summary>A pickle of protocol 2 of one dictionary, given as keys and values in turn.</summary>
    public static byte[] Dictionary(IEnumerable<(string Key, byte[] Value)> items) =>
        Opcodes([0x80, 2, "}(", .. items.SelectMany(item => (byte[][])[Text(item.Key), item.Value]), "u."]);

    /// <summary>A zip archive of the pickle and its storages.</summary>
    public static byte[] Zip(byte[] pickle, IEnumerable<byte[]> storages, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("archive/data.pkl", pickle);
            int key = 0;
            foreach (byte[] storage in storages)
            {
                Add(FormattableString.Invariant($"archive/data/{key++}"), storage);
            }
            Add("archive/version", "3\n"u8.ToArray());

            void Add(string name, byte[] content)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Writes tensors under their names, on demand under the key <c>state_dict</c> among other things, as a training program does.</summary>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, bool isCheckpoint)
    {
        using var scope = TensorScope.Enter();
        var items = new List<(string, byte[])>();
        var storages = new List<byte[]>();
        foreach ((string name, Tensor tensor) in tensors)
        {
            Tensor stored = tensor.Contiguous();
            (string type, byte[] bytes) = stored.DType switch
            {
                DType.Float32 => ("FloatStorage", System.Runtime.InteropServices.MemoryMarshal.AsBytes(stored.Span<float>()).ToArray()),
                DType.Float16 => ("HalfStorage", System.Runtime.InteropServices.MemoryMarshal.AsBytes(stored.Span<Half>()).ToArray()),
                DType.Int64 => ("LongStorage", System.Runtime.InteropServices.MemoryMarshal.AsBytes(stored.Span<long>()).ToArray()),
                _ => throw new NotSupportedException(stored.DType.ToString()),
            };
            items.Add((name, View(type, FormattableString.Invariant($"{storages.Count}"), stored.Count, 0, stored.Shape, stored.Strides)));
            storages.Add(bytes);
        }
        byte[] state = Dictionary(items);
        // The pickle of the inner dictionary stands, without protocol and end, as a value of the outer one.
        byte[] pickle = isCheckpoint ? Dictionary([("epoch", Number(7)), ("state_dict", state[2..^1])]) : state;
        File.WriteAllBytes(path, Zip(pickle, storages));
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
