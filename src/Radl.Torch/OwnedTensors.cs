namespace Radl.Torch;

/// <summary>Tensors that outlive the scope they were made in, freed together.</summary>
public sealed class OwnedTensors : IDisposable
{
    private readonly List<Tensor> _tensors = [];

    /// <summary>Takes a tensor out of the current scope.</summary>
    public Tensor Add(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _tensors.Add(tensor.Keep());
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors)
        {
            tensor.Dispose();
        }
        _tensors.Clear();
    }
}
