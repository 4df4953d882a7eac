namespace Radl.Torch;

/// <summary>Parameters from a file of any format that <see cref="TensorFiles"/> opens: tensors made on demand, without a copy where type and alignment allow.</summary>
public sealed class FileWeights : IWeightSource
{
    private readonly ITensorFile _file;
    private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _untaken;

    /// <summary>Serves the tensors of an open file.</summary>
    /// <param name="file">Disposed with this source.</param>
    /// <param name="rename">From a stored name to the model's name, or null to ignore the tensor by rule; identity when absent.</param>
    /// <exception cref="InvalidDataException">Two stored tensors have the same model name; the file is disposed.</exception>
    public FileWeights(ITensorFile file, Func<string, string?>? rename = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        _file = file;
        foreach (string name in file.Tensors.Keys)
        {
            string? model = rename is null ? name : rename(name);
            if (model is not null && !_stored.TryAdd(model, name))
            {
                file.Dispose();
                throw new InvalidDataException($"{file.Path}: '{name}' and '{_stored[model]}' both name the parameter '{model}'");
            }
        }
        _untaken = new HashSet<string>(_stored.Keys, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Description => _file.Path;

    /// <summary>Opens a file; see <see cref="TensorFiles.Open"/>.</summary>
    public static FileWeights Open(string path, Func<string, string?>? rename = null) => new(TensorFiles.Open(path), rename);

    /// <inheritdoc/>
    public bool Has(string name) => _stored.ContainsKey(name);

    /// <summary>Gives a tensor of the wanted shape. A 1x1 convolution's kernel, [out, in, 1, 1], and a linear's matrix, [out, in], are given for each other.</summary>
    /// <inheritdoc cref="IWeightSource.TryTake"/>
    public Tensor? TryTake(string name, long[] shape, Init init)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!_stored.TryGetValue(name, out string? stored))
        {
            return null;
        }
        long[] actual = _file.Tensors[stored].Shape;
        bool isSame = actual.AsSpan().SequenceEqual(shape);
        if (!isSame && !IsPointwise(actual, shape) && !IsPointwise(shape, actual))
        {
            throw new InvalidDataException($"{_file.Path}: '{stored}' has shape [{string.Join(", ", actual)}], the model needs [{string.Join(", ", shape)}]");
        }
        _untaken.Remove(name);
        if (isSame)
        {
            return _file.Load(stored);
        }
        using var scope = TensorScope.Enter();
        return scope.Return(_file.Load(stored).Reshape(shape));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Leftovers() => _untaken.Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static bool IsPointwise(long[] kernel, long[] matrix) =>
        kernel is [var outputs, var inputs, 1, 1] && matrix is [var rows, var columns] && outputs == rows && inputs == columns;
}
