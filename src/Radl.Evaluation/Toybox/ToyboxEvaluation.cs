using Radl.Layout.Methods;
using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Stages;
using Radl.Training.Stages.Conditions;

namespace Radl.Evaluation.Toybox;

/// <summary>What is generated and measured.</summary>
public sealed record ToyboxEvaluationOptions
{
    /// <summary>Held-out scenes.</summary>
    public int Scenes { get; init; } = 200;

    /// <summary>Fewest instances of a scene.</summary>
    public int MinInstances { get; init; } = 2;

    /// <summary>Most instances of a scene.</summary>
    public int MaxInstances { get; init; } = 6;

    /// <summary>Denoising steps.</summary>
    public int Steps { get; init; } = 60;

    /// <summary>Of these, the first ones that are controlled.</summary>
    public int ControlSteps { get; init; } = 30;

    /// <summary>Classifier-free guidance.</summary>
    public double Guidance { get; init; } = 7.5;

    /// <summary>Scenes of one batch.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Seed of scenes and noise.</summary>
    public ulong Seed { get; init; } = ToyTensors.HeldOutSeed;
}

/// <summary>Generates held-out scenes and measures them with the detector.</summary>
public static class ToyboxEvaluation
{
    private const int Size = 128;

    /// <summary>Measures a model.</summary>
    /// <param name="model">The base.</param>
    /// <param name="adapter">Controls, or null for the base alone.</param>
    /// <param name="options">What is generated.</param>
    /// <param name="seen">Told every batch's scenes, pictures ([batch, 128, 128, 3] bytes) and detections, or null.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    public static ToyScore Run(
        FrozenModel model, LayoutAdapter? adapter, ToyboxEvaluationOptions options, Action<ToyScene[], byte[], ToySceneDetection[]>? seen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var conditions = new ToyConditions(model);
        var score = new ToyScore();
        for (int first = 0; first < options.Scenes; first += options.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Enter();
            ToyScene[] scenes = SceneBatch(options, first);
            Tensor images = ToySampler.Sample(
                model, scenes, conditions, adapter, Size, options.Steps, options.ControlSteps, options.Guidance, new ToyRandom(options.Seed, (ulong)first).Next());
            Score(score, scenes, ToyTensors.ToPixels(images), seen);
        }
        return score;
    }

    /// <summary>Measures the detector on the codec's reconstructions of drawn scenes: what no generation can exceed.</summary>
    public static ToyScore Ceiling(FrozenModel model, ToyboxEvaluationOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var score = new ToyScore();
        using var guard = Autograd.NoGrad();
        for (int first = 0; first < options.Scenes; first += options.Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Enter();
            ToyScene[] scenes = SceneBatch(options, first);
            Tensor images = ToyTensors.Images((_, i) => scenes[i], 0, 0, scenes.Length, Size).To(model.Device);
            Score(score, scenes, ToyTensors.ToPixels(model.Vae.Decode(model.Vae.Encode(images).Mean)), seen: null);
        }
        return score;
    }

    // Counts go round, so that every number of instances has the same weight.
    private static ToyScene[] SceneBatch(ToyboxEvaluationOptions options, int first)
    {
        int kinds = options.MaxInstances - options.MinInstances + 1;
        ToyScenes[] samplers = Enumerable.Range(0, kinds)
            .Select(i => new ToyScenes(ToySceneOptions.Counts(options.MinInstances + i, options.MinInstances + i))).ToArray();
        return Enumerable.Range(first, Math.Min(options.Batch, options.Scenes - first))
            .Select(index => samplers[index % kinds].Sample(options.Seed, index)).ToArray();
    }

    private static void Score(ToyScore score, ToyScene[] scenes, byte[] pixels, Action<ToyScene[], byte[], ToySceneDetection[]>? seen)
    {
        const int Bytes = Size * Size * 3;
        ToySceneDetection[] detections = scenes.Select((scene, i) => ToyDetector.Detect(pixels.AsSpan(i * Bytes, Bytes), Size, scene)).ToArray();
        foreach (ToySceneDetection detection in detections)
        {
            score.Add(detection);
        }
        seen?.Invoke(scenes, pixels, detections);
    }
}
