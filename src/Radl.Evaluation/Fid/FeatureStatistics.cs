using Radl.Torch;
using Radl.Torch.Safetensors;

namespace Radl.Evaluation.Fid;

/// <summary>Mean and covariance of the features of a set of pictures, in double precision: all that the Fréchet distance needs.</summary>
public sealed class FeatureStatistics
{
    private FeatureStatistics(double[] mean, double[] covariance, long count) => (Mean, Covariance, Count) = (mean, covariance, count);

    /// <summary>Mean of each feature, [d].</summary>
    public double[] Mean { get; }

    /// <summary>Covariance with n - 1 in the denominator, [d, d], row-major.</summary>
    public double[] Covariance { get; }

    /// <summary>How many pictures were seen; distances are comparable only for equal numbers.</summary>
    public long Count { get; }

    /// <summary>Number of features.</summary>
    public int Dimension => Mean.Length;

    /// <summary>Statistics of features.</summary>
    /// <param name="features">[n, d] of any floating type, n at least 2; stays the caller's.</param>
    /// <exception cref="ArgumentException">Another shape, or fewer than two rows.</exception>
    public static FeatureStatistics Of(Tensor features) => Of(features, []);

    /// <summary>Statistics of a sample drawn with repetition from rows of features.</summary>
    /// <param name="features">[n, d].</param>
    /// <param name="multiplicities">How often each row was drawn; empty for each once.</param>
    /// <exception cref="ArgumentException">Another shape, fewer than two draws, or not one multiplicity for each row.</exception>
    public static FeatureStatistics Of(Tensor features, ReadOnlySpan<int> multiplicities)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Rank != 2 || features.Size(1) < 1)
        {
            throw new ArgumentException($"features: shape [{string.Join(", ", features.Shape)}], expected [n, d]", nameof(features));
        }

        long rows = features.Size(0);
        if (multiplicities.Length > 0 && multiplicities.Length != rows)
        {
            throw new ArgumentException($"multiplicities: {multiplicities.Length} for {rows} rows", nameof(multiplicities));
        }

        var weights = new double[rows];
        Array.Fill(weights, 1);
        for (int i = 0; i < multiplicities.Length; i++)
        {
            weights[i] = multiplicities[i];
        }

        double count = weights.Sum();
        if (count < 2)
        {
            throw new ArgumentException($"features: a covariance needs at least two rows, there are {count}", nameof(features));
        }

        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        Tensor x = features.To(Device.Cpu).To(DType.Float64);
        Tensor w = Tensor.From<double>(weights, rows, 1);
        Tensor mean = (x * w).Sum([0]) / count;
        Tensor centred = x - mean;
        Tensor covariance = (centred * w).Transpose(0, 1).MatMul(centred) / (count - 1);
        return new(mean.ToArray<double>(), covariance.ToArray<double>(), (long)count);
    }

    /// <summary>Writes <c>mu</c>, <c>sigma</c> and <c>n</c> to a safetensors file, atomically.</summary>
    public void Save(string path)
    {
        using var scope = TensorScope.Enter();
        SafetensorsTensors.Save(path, new Dictionary<string, Tensor>
        {
            ["mu"] = Tensor.From<double>(Mean, Dimension),
            ["sigma"] = Tensor.From<double>(Covariance, Dimension, Dimension),
            ["n"] = Tensor.From<long>(Count),
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FeatureStatisticsException">The file holds something else.</exception>
    /// <exception cref="SafetensorsException">The file is no safetensors file.</exception>
    public static FeatureStatistics Load(string path)
    {
        using var scope = TensorScope.Enter();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Tensor Read(string name, DType dtype, Func<long[], bool> fits, string expected) =>
            file.Tensors.TryGetValue(name, out SafetensorsEntry? entry) && entry.StoredDType == dtype.ToSafetensors() && fits(entry.Shape)
                ? file.Load(entry)
                : throw new FeatureStatisticsException(path, $"tensor '{name}'", $"expected {expected}, found {entry?.ToString() ?? "nothing"}");

        double[] mean = Read("mu", DType.Float64, s => s is [> 0], "float64 [d]").ToArray<double>();
        double[] covariance = Read("sigma", DType.Float64, s => s is [var a, var b] && a == mean.Length && b == a, $"float64 [{mean.Length}, {mean.Length}]").ToArray<double>();
        long count = Read("n", DType.Int64, s => s is [1], "int64 [1]").ToArray<long>()[0];
        return count >= 2 ? new(mean, covariance, count) : throw new FeatureStatisticsException(path, "tensor 'n'", $"{count} rows have no covariance");
    }
}
