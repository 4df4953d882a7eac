namespace Radl.Torch;

/// <summary>Writes down what a model takes and gives tensors without memory, so that a model of any size is built in no space.</summary>
public sealed class RecordedShapes : IWeightSource
{
    private readonly OrderedDictionary<string, long[]> _shapes = new(StringComparer.Ordinal);

    private RecordedShapes()
    {
    }

    // libtorch's device for tensors that have a shape and no data.
    private static Device Meta { get; } = new(14, -1);

    /// <inheritdoc/>
    public string Description => "a record of names and shapes";

    /// <summary>Names and shapes of all parameters that a model takes.</summary>
    /// <param name="build">Builds the model on the weights it is given; the model is disposed.</param>
    public static IReadOnlyDictionary<string, long[]> Of(Func<Weights, IDisposable> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        var record = new RecordedShapes();
        using var scope = TensorScope.Enter();
        build(Weights.From(record, device: Meta)).Dispose();
        return record._shapes;
    }

    /// <inheritdoc/>
    public bool Has(string name) => true;

    /// <inheritdoc/>
    public Tensor TryTake(string name, long[] shape, Init init)
    {
        _shapes.Add(name, shape);
        return Tensor.Empty(shape, device: Meta);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Leftovers() => [];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
