using Radl.Torch;

namespace Radl.Training.Loop;

/// <summary>What is trained: a model with its data and loss. The loop owns optimiser, checkpoints and logs.</summary>
public interface ITrainingStage : IDisposable
{
    /// <summary>Parameters that learn, by name.</summary>
    IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>The loss of a share of a step's batch. Called from several threads at once; a pure function of its arguments.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="firstSample">Index of the share's first sample in the endless data.</param>
    /// <param name="count">Samples of the share.</param>
    /// <returns>A scalar to minimise (mean over the share) and figures for the log.</returns>
    StepLoss Loss(long step, long firstSample, int count);

    /// <summary>Writes pictures that show how far the model is. Drawing that takes long ends at its next step once that is asked for.</summary>
    /// <exception cref="OperationCanceledException">It was asked for; no file is written.</exception>
    void WriteSamples(string path, CancellationToken cancellation = default);

    /// <summary>Writes the trained component into the model folder.</summary>
    /// <param name="weights">Averaged weights by parameter name, fp32.</param>
    void Export(IReadOnlyDictionary<string, Tensor> weights);
}

/// <summary>A scalar loss and figures for the log.</summary>
public sealed record StepLoss(Tensor Loss, IReadOnlyDictionary<string, double> Figures);
