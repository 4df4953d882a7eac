using Radl.Torch.Pickle;
using Radl.Torch.Tests.IO;
using Radl.Torch.Tests.Safetensors;

namespace Radl.Torch.Tests.Pickle;

/// <summary>Promise: a hostile file fails with a typed error and allocates no more than twice its size.</summary>
public sealed class PickleHostilityTests : TensorTest
{
    private const long Slack = 64 << 10;
    private const long Constant = 1 << 20;

    [Fact]
    public void Of_4000_mutated_files_each_is_read_whole_or_refused_with_a_typed_error()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["plain_zip.bin", "lightning_zip.ckpt", "legacy_non_zip.bin"];
        byte[][] seeds = [.. names.Select(name => File.ReadAllBytes(SafetensorsTestFile.Golden("torch_pickle", name)))];
        var random = new Random(20261122);
        var rules = new HashSet<PickleRule>();
        int read = 0;
        foreach (byte[] seed in seeds)
        {
            // The first error of a kind loads code and tables; that is not the file's doing.
            Read(folder.Write("seed", seed), long.MaxValue, rules);
            Read(folder.Write("seed", seed.AsSpan(..^9)), long.MaxValue, rules);
        }
        for (int i = 0; i < 4_000; i++)
        {
            byte[] bytes = Mutated(seeds[i % seeds.Length], random);
            read += Read(folder.Write("mutated", bytes), (2 * bytes.Length) + Constant + Slack, rules) ? 1 : 0;
        }
        // The mutations must neither all miss nor all break at the first check, or they would show little.
        Assert.InRange(read, 40, 3_900);
        Assert.True(rules.Count >= 10, $"only {string.Join(", ", rules)} were reached");
    }

    // Half of the changes fall into the first 2,000 bytes, where the pickles are.
    private static byte[] Mutated(byte[] seed, Random random)
    {
        byte[] bytes = [.. seed];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(random.Next(2) == 0 ? Math.Min(2_000, bytes.Length) : bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = (byte)"}]()tRQbscuaeq.NKMJX"[random.Next(20)];
                    break;
                case 3:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]];
                    break;
                default:
                    bytes = [.. bytes[..at], .. bytes.AsSpan(random.Next(bytes.Length - 8), random.Next(1, 8)), .. bytes[at..]];
                    break;
            }
        }
        return bytes;
    }

    private static bool Read(string path, long allowed, HashSet<PickleRule> rules)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var file = TorchPickleFile.Open(path);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowed);
            foreach (StoredTensor tensor in file.Tensors.Values)
            {
                using Tensor loaded = file.Load(tensor.Name);
                Assert.Equal(tensor.Shape, loaded.Shape);
            }
            return true;
        }
        catch (PickleException error)
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowed);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            rules.Add(error.Rule);
            return false;
        }
        catch (NotSupportedException error)
        {
            Assert.Contains("little-endian", error.Message, StringComparison.Ordinal);
            return false;
        }
    }
}
