using System.Globalization;
using Radl.Torch;
using Radl.Torch.Optim;
using Radl.Torch.Safetensors;
using Radl.Training.Config;

namespace Radl.Training.Loop;

/// <summary>All that a run needs to go on bit for bit: masters, moments, averages, the step. Data and noise follow from step and seed.</summary>
public static class Checkpoint
{
    private const string FileName = "checkpoint.safetensors";
    private const string ConfigEntry = "config";

    /// <summary>Path of a run's checkpoint.</summary>
    public static string PathIn(string runFolder) => Path.Combine(runFolder, FileName);

    /// <summary>Replaces the run's checkpoint as a whole.</summary>
    public static void Save(TrainingConfig config, long step, AdamW optimiser, ExponentialMovingAverage average)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(optimiser);
        ArgumentNullException.ThrowIfNull(average);
        IEnumerable<KeyValuePair<string, Tensor>> tensors = optimiser.State()
            .Concat(average.Averages.Select(pair => KeyValuePair.Create("average." + pair.Key, pair.Value)));
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "radl-checkpoint-1",
            ["step"] = step.ToString(CultureInfo.InvariantCulture),
            [ConfigEntry] = ConfigChanges.TextOf(config),
        };
        SafetensorsTensors.Save(PathIn(config.Run), tensors, metadata: metadata);
    }

    /// <summary>Restores optimiser and average.</summary>
    /// <returns>The number of the next step.</returns>
    /// <exception cref="InvalidDataException">The file is not a checkpoint of this model.</exception>
    public static long Load(string runFolder, AdamW optimiser, ExponentialMovingAverage average)
    {
        ArgumentNullException.ThrowIfNull(optimiser);
        ArgumentNullException.ThrowIfNull(average);
        string path = PathIn(runFolder);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue("step", out string? text) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
        {
            throw new InvalidDataException($"{path}: metadata has no step: not a checkpoint of a training run");
        }
        optimiser.Restore(step, name => Find(file, name));
        average.Restore(name => Find(file, "average." + name));
        return step;
    }

    /// <summary>The fields of a config that differ from those of the run that wrote its checkpoint, with both values; none for a checkpoint that does not tell.</summary>
    /// <exception cref="FileNotFoundException">There is no checkpoint.</exception>
    public static IReadOnlyList<string> ChangesOf(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        using SafetensorsFile file = SafetensorsFile.Open(PathIn(config.Run));
        return file.Metadata.TryGetValue(ConfigEntry, out string? then) ? ConfigChanges.Between(file.Path, then, config) : [];
    }

    private static Tensor Find(SafetensorsFile file, string name) =>
        file.Tensors.ContainsKey(name)
            ? file.Load(name)
            : throw new InvalidDataException($"{file.Path}: lacks '{name}': the checkpoint belongs to another model or config");
}
