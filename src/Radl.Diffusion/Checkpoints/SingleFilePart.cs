using Radl.Torch;

namespace Radl.Diffusion.Checkpoints;

/// <summary>One component within a single-file checkpoint.</summary>
public sealed class SingleFilePart
{
    private readonly ITensorFile _file;
    private readonly string _prefix;
    private readonly int _cut;
    private readonly Func<string, string?> _toDiffusers;

    /// <summary>Finds the component's tensors.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="prefix">What the component's stored names begin with.</param>
    /// <param name="cut">How much of it is not of the name in the component's own layout.</param>
    /// <param name="toDiffusers">From that layout to diffusers'; null for a name that it does not have.</param>
    internal SingleFilePart(ITensorFile file, string prefix, int cut, Func<string, string?> toDiffusers)
    {
        _file = file;
        _prefix = prefix;
        _cut = cut;
        _toDiffusers = toDiffusers;
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in file.Tensors.Values)
        {
            if (NameOf(tensor.Name) is { } name && !shapes.TryAdd(name, tensor.Shape))
            {
                throw new InvalidDataException($"{file.Path}: two tensors are the parameter '{name}', one of them '{tensor.Name}'");
            }
        }
        Shapes = shapes;
    }

    /// <summary>Stored shapes by diffusers' names. A name that the layout does not have keeps its own.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>The component's parameters by diffusers' names. Disposing the source does not close the file.</summary>
    public IWeightSource OpenWeights() => new FileWeights(new Shared(_file), NameOf);

    /// <summary>Whether a stored name is of this component.</summary>
    internal bool Owns(string stored) => stored.StartsWith(_prefix, StringComparison.Ordinal);

    // What is under the prefix and not in the layout stays under its own name, where it is reported as left over.
    private string? NameOf(string stored) => Owns(stored) && IgnoredTensors.RuleOf(stored) is null
        ? _toDiffusers(stored[_cut..]) ?? stored
        : null;

    // Several components read one file; its opener closes it.
    private sealed class Shared(ITensorFile file) : ITensorFile
    {
        public string Path => file.Path;

        public IReadOnlyDictionary<string, StoredTensor> Tensors => file.Tensors;

        public Tensor Load(string name) => file.Load(name);

        public void Dispose()
        {
        }
    }
}
