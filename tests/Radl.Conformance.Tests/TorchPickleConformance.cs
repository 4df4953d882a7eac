using System.Text.Json;
using Radl.Torch;
using Radl.Torch.Pickle;

namespace Radl.Conformance.Tests;

/// <summary>Files of <c>torch.save</c>, whole and broken: each is read or refused, and what is read has the reference's values, to the bit.</summary>
public static class TorchPickleConformance
{
    public static void TorchPickle(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        using JsonDocument verdicts = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("verdicts.json")));
        int read = 0;
        var judged = new List<string>();
        foreach (JsonProperty verdict in verdicts.RootElement.EnumerateObject())
        {
            judged.Add(verdict.Name);
            string path = golden.PathOf(verdict.Name);
            switch (verdict.Value.GetString()!.Split(' ', ':')[0])
            {
                case "accept":
                    read += Compare(golden, path);
                    break;
                case "reject":
                    var error = Assert.Throws<PickleException>(() => TorchPickleFile.Open(path));
                    Assert.Contains($"(rule {error.Rule})", error.Message, StringComparison.Ordinal);
                    break;
                default:
                    Assert.Fail($"{path}: the verdict '{verdict.Value}' is not known");
                    break;
            }
        }
        string[] files = [.. Directory.GetFiles(golden.Folder).Select(path => Path.GetFileName(path)).Where(file => Path.GetExtension(file) is ".bin" or ".ckpt" or ".pt")];
        Assert.Equal(files.Order(StringComparer.Ordinal), judged.Order(StringComparer.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {judged.Count} files have the expected verdict, {read} tensors the expected values");
    }

    private static int Compare(GoldenCase golden, string path)
    {
        using var scope = TensorScope.Enter();
        using var file = TorchPickleFile.Open(path);
        Assert.Equal(golden.OutputNames.Order(StringComparer.Ordinal), file.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (string tensor in file.Tensors.Keys)
        {
            Tensor expected = golden.Output(tensor);
            Tensor actual = file.Load(tensor);
            Assert.Equal(expected.Shape, actual.Shape);
            // The reference's file holds bf16 as fp32 and small integers as 32 bits; both conversions are exact.
            Assert.True(expected.DType == actual.DType || actual.DType is DType.BFloat16 or DType.Int16 or DType.Int8, $"{path}: {tensor}: {actual.DType}, the reference has {expected.DType}");
            Assert.Equal(expected.ToArray<double>(), actual.ToArray<double>());
        }
        return file.Tensors.Count;
    }
}
