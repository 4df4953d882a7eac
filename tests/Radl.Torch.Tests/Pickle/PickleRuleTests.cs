using System.IO.Compression;
using Radl.Torch.Pickle;
using Radl.Torch.Tests.IO;
using static Radl.Tests.Shared.TorchArchive;

namespace Radl.Torch.Tests.Pickle;

/// <summary>Each rule is broken once, and named.</summary>
public sealed class PickleRuleTests : IDisposable
{
    private static readonly byte[] Byte1 = View("ByteStorage", "0", 1, 0, [1], [1]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pickle_that_would_call_a_function_is_refused_and_the_function_is_not_called()
    {
        string witness = _folder["executed"];
        byte[] pickle = Opcodes(0x80, 2, "cposix\nsystem\n", Text($"touch '{witness}'"), 0x85, "R.");
        string message = Refused(PickleRule.GlobalNotAllowed, Zip(pickle, []));
        Assert.Contains("posix.system", message, StringComparison.Ordinal);
        Assert.False(File.Exists(witness));
        // The same by the name alone, by a global from the stack, by a nested place, and in the older format.
        Refused(PickleRule.GlobalNotAllowed, Zip(Opcodes(0x80, 4, 0x8c, 2, "os", 0x8c, 6, "system", 0x93, "."), []));
        Refused(PickleRule.GlobalNotAllowed, Zip(Dictionary([("w", Byte1), ("x", Opcodes("cbuiltins\neval\n", Text("1"), 0x85, "R"))]), [[1]]));
        Refused(PickleRule.GlobalNotAllowed, Opcodes(Golden("legacy_non_zip.bin")[..137], 0x80, 2, "cposix\nsystem\n."));
        Assert.False(File.Exists(witness));
    }

    [Theory]
    [InlineData("(iposix\nsystem\n.")]
    [InlineData("(cos\nsystem\no.")]
    [InlineData("Px\n.")]
    [InlineData("\u0082\u0001.")]
    [InlineData("I1\n.")]
    [InlineData("\u0080\u0000N.")]
    [InlineData("\u00ff")]
    public void Opcodes_that_make_objects_in_other_ways_are_refused(string opcodes)
    {
        var error = Assert.Throws<PickleException>(() => Open(Zip(Opcodes(opcodes), [])));
        Assert.True(error.Rule is PickleRule.UnknownOpcode or PickleRule.GlobalNotAllowed, error.Message);
    }

    [Theory]
    [InlineData("ctorch\nFloatStorage\n)R.")]
    [InlineData("ccollections\nOrderedDict\nN\u0085R.")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n)R.")]
    [InlineData("N)R.")]
    [InlineData("]N\u0081.")]
    [InlineData("]Nb.")]
    public void Only_names_from_the_list_are_applied_and_to_arguments_that_suit_them(string opcodes) => Refused(PickleRule.CallNotAllowed, Zip(Opcodes(opcodes), []));

    [Theory]
    [InlineData(".")]
    [InlineData("0.")]
    [InlineData("t.")]
    [InlineData("N(.")]
    [InlineData("NN.")]
    [InlineData("(0.")]
    [InlineData("N(\u0085.")]
    [InlineData("}(Nu.")]
    [InlineData("NNa.")]
    [InlineData("NNNs.")]
    [InlineData("h\u0007.")]
    [InlineData("q\u0001.")]
    [InlineData("NN\u0093.")]
    [InlineData("\u008c\u0001\u00ff.")]
    public void Opcodes_must_find_what_they_need(string opcodes) => Refused(PickleRule.BadStack, Zip(Opcodes(opcodes), []));

    [Theory]
    [InlineData("")]
    [InlineData("]")]
    [InlineData("X\u00ff\u0000\u0000\u0000")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f")]
    [InlineData("ccollections")]
    [InlineData("J\u0001")]
    public void An_opcode_must_be_whole(string opcodes) => Refused(PickleRule.Truncated, Zip(Opcodes(opcodes), []));

    [Fact]
    public void Storages_are_there_once_and_have_the_size_that_the_pickle_says()
    {
        Refused(PickleRule.BadStorage, Zip(Opcodes("(", Text("store"), "ctorch\nByteStorage\n", Text("0"), Text("cpu"), "K", 1, "tQ."), [[1]]));
        Refused(PickleRule.BadStorage, Zip(Dictionary([("a", View("ByteStorage", "0", -1, 0, [1], [1]))]), [[1]]));
        Refused(PickleRule.BadStorage, Zip(Dictionary([("a", Byte1), ("b", View("CharStorage", "0", 1, 0, [1], [1]))]), [[1]]));
        Refused(PickleRule.StorageMissing, Zip(Dictionary([("a", View("ByteStorage", "1", 1, 0, [1], [1]))]), [[1]]));
        Refused(PickleRule.StorageSize, Zip(Dictionary([("a", Byte1)]), [[1, 2]]));
        Refused(PickleRule.StorageSize, Zip(Dictionary([("a", Byte1)]), [[]]));
    }

    [Theory]
    [InlineData(0, new long[] { 3 }, new long[] { 1 })]
    [InlineData(1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 1, 1 }, new long[] { 1 })]
    [InlineData(0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 0, long.MaxValue })]
    [InlineData(0, new long[] { long.MaxValue, long.MaxValue }, new long[] { long.MaxValue, long.MaxValue })]
    [InlineData(0, new long[] { long.MaxValue, long.MaxValue }, new long[] { 0, 0 })]
    [InlineData(3, new long[] { 0 }, new long[] { 1 })]
    [InlineData(0, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void A_tensor_lies_within_its_storage(long offset, long[] shape, long[] strides) =>
        Refused(PickleRule.BadView, Zip(Dictionary([("a", View("ByteStorage", "0", 2, offset, shape, strides))]), [[1, 2]]));

    [Fact]
    public void A_view_that_repeats_one_number_cannot_pretend_any_size()
    {
        Refused(PickleRule.TooManyElements, Zip(Dictionary([("a", View("ByteStorage", "0", 1, 0, [1L << 40], [0]))]), [[1]]));
        byte[] large = View("ByteStorage", "0", 1 << 20, 0, [1 << 20], [1]);
        Refused(PickleRule.TooManyElements, Zip(Dictionary([("a", large), ("b", large), ("c", large), ("d", large)]), [new byte[1 << 20]]));
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_grows()
    {
        byte[] pickle = Dictionary([("a", View("ByteStorage", "0", 50_000_000, 0, [50_000_000], [1]))]);
        byte[] bomb = Zip(pickle, [new byte[50_000_000]], CompressionLevel.Optimal);
        Assert.True(bomb.Length < 100_000);
        string path = _folder.Write("bomb.pt", bomb);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(PickleRule.ZipCompressed, Assert.Throws<PickleException>(() => TorchPickleFile.Open(path)).Rule);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Two_entries_cannot_share_bytes_nor_reach_into_the_directory()
    {
        byte[] file = Zip(Dictionary([("a", Byte1)]), [[1]]);
        int second = Directory(file, 1);
        // The second entry of the directory is made to point at the first one's header; names then differ.
        Refused(PickleRule.ZipDirectory, Patched(file, second + 42, 0, 0, 0, 0));
        // Longer than it is: 255 bytes reach over the next entry.
        Refused(PickleRule.ZipOverlap, Patched(file, second + 20, 60, 0, 0, 0, 60, 0, 0, 0));
        Refused(PickleRule.ZipOverlap, Patched(file, second + 20, 0, 0, 0, 0x70, 0, 0, 0, 0x70));
        Refused(PickleRule.ZipCompressed, Patched(file, second + 10, 8, 0));
        Refused(PickleRule.ZipCompressed, Patched(file, second + 8, 1, 0));
        Refused(PickleRule.ZipDirectory, Patched(file, second + 24, 0xff, 0xff, 0xff, 0xff));
        Refused(PickleRule.ZipDirectory, Patched(file, second, 0));
        Refused(PickleRule.ZipDirectory, file[..^1]);
        Refused(PickleRule.ZipDirectory, Patched(file, file.Length - 12, 0xff, 0xff, 0, 0));
    }

    [Theory]
    [InlineData("archive/code/model.py")]
    [InlineData("archive/data/../0")]
    [InlineData("other/version")]
    [InlineData("archive/version")]
    [InlineData("version")]
    public void Only_entries_that_torch_writes_are_accepted(string name)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Zip(Dictionary([("a", Byte1)]), [[1]]));
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.CreateEntry(name, CompressionLevel.NoCompression).Open().Dispose();
        }
        Refused(PickleRule.ZipEntryName, bytes.ToArray());
    }

    [Fact]
    public void A_pickle_of_nothing_but_objects_costs_no_multiple_of_its_size()
    {
        foreach (string opcode in new[] { "]", "}", "N", "(", ")", "K\0", "]q\u0001", "U\0" })
        {
            byte[] pickle = Opcodes(0x80, 2, string.Concat(Enumerable.Repeat(opcode, 3_000_000 / opcode.Length)), ".");
            string path = _folder.Write("costly.pt", Zip(pickle, []));
            long before = GC.GetAllocatedBytesForCurrentThread();
            var error = Assert.Throws<PickleException>(() => TorchPickleFile.Open(path));
            long spent = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(error.Rule is PickleRule.TooCostly, $"{opcode}: {error.Message}");
            Assert.True(spent <= (2 * pickle.Length) + (1 << 20) + (64 << 10), $"{opcode}: {spent} bytes for a pickle of {pickle.Length}");
        }
    }

    [Fact]
    public void A_file_without_tensors_and_two_tensors_of_one_name_are_refused()
    {
        Refused(PickleRule.NoTensors, Zip(Opcodes("N."), []));
        Refused(PickleRule.NoTensors, Zip(Dictionary([("a", Number(1))]), []));
        Refused(PickleRule.DuplicateName, Zip(Dictionary([("a.b", Byte1), ("a", Dictionary([("b", Byte1)])[2..^1])]), [[1]]));
        Refused(PickleRule.NotTorch, [1, 2, 3]);
    }

    [Fact]
    public void The_older_format_ends_with_its_last_storage()
    {
        byte[] file = Golden("legacy_non_zip.bin");
        Refused(PickleRule.TrailingBytes, [.. file, 0]);
        Refused(PickleRule.Truncated, file[..^1]);
        Assert.Throws<NotSupportedException>(() => Open(Patched(file, 73, 0x89)));
        Refused(PickleRule.NotTorch, Patched(file, 18, 0xea));
    }

    private static byte[] Golden(string name) => File.ReadAllBytes(Safetensors.SafetensorsTestFile.Golden("torch_pickle", name));

    private static byte[] Patched(byte[] file, int at, params byte[] bytes)
    {
        byte[] patched = [.. file];
        bytes.CopyTo(patched, at);
        return patched;
    }

    // Where the n-th entry of the directory begins.
    private static int Directory(byte[] file, int n)
    {
        int at = -1;
        for (int i = 0; i <= n; i++)
        {
            at += 1 + file.AsSpan(at + 1).IndexOf("PK\u0001\u0002"u8);
        }
        return at;
    }

    private string Refused(PickleRule rule, byte[] file)
    {
        var error = Assert.Throws<PickleException>(() => Open(file));
        Assert.True(error.Rule == rule, error.Message);
        Assert.Contains($"(rule {rule})", error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private void Open(byte[] file)
    {
        using var opened = TorchPickleFile.Open(_folder.Write("file.pt", file));
    }
}
