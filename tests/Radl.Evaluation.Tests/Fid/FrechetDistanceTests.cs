using Radl.Evaluation.Fid;
using Radl.Torch;

namespace Radl.Evaluation.Tests.Fid;

public class FrechetDistanceTests : TensorTest
{
    [Fact]
    public void Independent_features_have_the_closed_form()
    {
        using var scope = TensorScope.Enter();
        // Rows of +-a in one feature each: mean m, variance 2 a² / (n - 1) on the diagonal.
        FeatureStatistics First(double m, double a) => FeatureStatistics.Of(Tensor.From<double>([m + a, m, m - a, m, m, m + a, m, m - a], 4, 2));
        double expected = (2 * 9) + (2 * Math.Pow(Math.Sqrt(2.0 / 3) - Math.Sqrt(2.0 / 3 * 4), 2));
        Assert.Equal(expected, FrechetDistance.Between(First(1, 1), First(4, 2)), 1e-12);
        Assert.Equal(0, FrechetDistance.Between(First(1, 1), First(1, 1)), 1e-12);
    }

    [Fact]
    public void A_resample_equals_the_statistics_of_the_repeated_rows()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(3);
        Tensor features = Tensor.Randn([6, 3], generator);
        FeatureStatistics drawn = FeatureStatistics.Of(features, [2, 0, 1, 0, 3, 0]);
        FeatureStatistics repeated = FeatureStatistics.Of(features.IndexSelect(0, Tensor.From<long>(0, 0, 2, 4, 4, 4)));
        Assert.Equal(6, drawn.Count);
        Assert.All(drawn.Mean.Zip(repeated.Mean), p => Assert.Equal(p.Second, p.First, 1e-12));
        Assert.All(drawn.Covariance.Zip(repeated.Covariance), p => Assert.Equal(p.Second, p.First, 1e-12));
    }

    [Fact]
    public void Statistics_come_back_from_their_file()
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(3);
        FeatureStatistics saved = FeatureStatistics.Of(Tensor.Randn([9, 4], generator));
        string path = Path.Combine(Folder, "statistics.safetensors");
        saved.Save(path);
        FeatureStatistics loaded = FeatureStatistics.Load(path);
        Assert.Equal(saved.Mean, loaded.Mean);
        Assert.Equal(saved.Covariance, loaded.Covariance);
        Assert.Equal(saved.Count, loaded.Count);
    }

    [Fact]
    public void A_file_without_a_tensor_or_with_another_shape_is_broken()
    {
        using var scope = TensorScope.Enter();
        string path = Path.Combine(Folder, "broken.safetensors");
        SafetensorsTensors.Save(path, new Dictionary<string, Tensor> { ["mu"] = Tensor.Zeros([3], DType.Float64), ["sigma"] = Tensor.Zeros([3, 2], DType.Float64) });
        var error = Assert.Throws<FeatureStatisticsException>(() => FeatureStatistics.Load(path));
        Assert.Equal("tensor 'sigma'", error.Place);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_that_have_no_covariance_are_refused()
    {
        using var scope = TensorScope.Enter();
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(Tensor.Zeros([1, 3])));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(Tensor.Zeros([3])));
        Assert.Throws<ArgumentException>(() => FeatureStatistics.Of(Tensor.Zeros([3, 2]), [1, 1]));
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(FeatureStatistics.Of(Tensor.Zeros([3, 2])), FeatureStatistics.Of(Tensor.Zeros([3, 4]))));
    }
}
