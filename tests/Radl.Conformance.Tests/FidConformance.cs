using System.Globalization;
using System.Text.Json;
using Radl.Evaluation.Fid;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>Statistics and Fréchet distances of feature sets.</summary>
public static class FidConformance
{
    // Covariances of full rank; elsewhere the reference's own root is inaccurate, and its second value stands beside it.
    private static readonly HashSet<string> FullRank = ["well", "shifted", "large", "relu"];

    public static void Fid(string name)
    {
        using var scope = TensorScope.Enter();
        using var golden = new GoldenCase(name);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(golden.PathOf("expected.json")));
        foreach (JsonProperty pair in expected.RootElement.EnumerateObject())
        {
            FeatureStatistics a = FeatureStatistics.Of(golden.Input($"{pair.Name}.a"));
            FeatureStatistics b = FeatureStatistics.Of(golden.Input($"{pair.Name}.b"));
            Near(pair.Name, golden.Output($"{pair.Name}.mu1"), a.Mean);
            Near(pair.Name, golden.Output($"{pair.Name}.sigma1"), a.Covariance);
            Near(pair.Name, golden.Output($"{pair.Name}.mu2"), b.Mean);
            Near(pair.Name, golden.Output($"{pair.Name}.sigma2"), b.Covariance);

            double official = pair.Value.GetProperty("fid").GetDouble();
            double symmetric = pair.Value.GetProperty("fid_symmetric_eig").GetDouble();
            double actual = FrechetDistance.Between(a, b);
            double off = FullRank.Contains(pair.Name)
                ? Math.Abs(actual - official) / (1e-6 * Math.Abs(official))
                : Math.Min(Math.Abs(actual - official), Math.Abs(actual - symmetric)) / (1e-3 * Math.Max(1, Math.Abs(official)));
            string line = string.Create(CultureInfo.InvariantCulture, $"{name}: {pair.Name}: {actual:r}, the reference has {official:r} and {symmetric:r}");
            Assert.True(off <= 1, line);
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
    }

    private static void Near(string name, Tensor expected, double[] actual)
    {
        double[] reference = expected.ToArray<double>();
        double peak = reference.Max(Math.Abs);
        Assert.Equal(reference.Length, actual.Length);
        for (int i = 0; i < reference.Length; i++)
        {
            Assert.True(Math.Abs(reference[i] - actual[i]) <= 1e-12 * Math.Max(1, peak), $"{name}: statistic {i}: {actual[i]:r}, the reference has {reference[i]:r}");
        }
    }
}
