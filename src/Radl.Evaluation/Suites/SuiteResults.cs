using Radl.Diffusion.Imaging;
using Radl.Evaluation.Measures;
using Radl.Evaluation.Runs;

namespace Radl.Evaluation.Suites;

/// <summary>Everything that a suite's pictures showed.</summary>
public sealed class SuiteResults
{
    private readonly Dictionary<(string Set, string Arm), (BatchStore Store, ArmResults Results)> _arms;

    internal SuiteResults(Dictionary<(string Set, string Arm), (BatchStore Store, ArmResults Results)> arms) => _arms = arms;

    /// <summary>What every arm made.</summary>
    public IEnumerable<ArmResults> All => _arms.Values.Select(arm => arm.Results);

    /// <summary>What was measured of a task.</summary>
    public ArmResults Of(GenerationTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return _arms[KeyOf(task)].Results.First(task.Set.Count);
    }

    /// <summary>The picture of a scene.</summary>
    public RgbImage Picture(GenerationTask task, int index)
    {
        ArgumentNullException.ThrowIfNull(task);
        (int batch, int row) = Math.DivRem(index, task.Set.Batch);
        (byte[] pixels, int side, _) = _arms[KeyOf(task)].Store.Read(batch);
        int bytes = side * side * 3;
        return new RgbImage(side, side, pixels[(row * bytes)..((row + 1) * bytes)]);
    }

    internal static (string Set, string Arm) KeyOf(GenerationTask task) => (task.Set.Name, task.Arm.Name);
}
