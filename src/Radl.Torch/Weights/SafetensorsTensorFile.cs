using Radl.Torch.Safetensors;

namespace Radl.Torch;

/// <summary>One safetensors file, or all that an index lists, as a file of named tensors.</summary>
public sealed class SafetensorsTensorFile : ITensorFile
{
    private readonly IReadOnlyList<SafetensorsFile> _files;
    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsFile> _owners = new(StringComparer.Ordinal);

    private SafetensorsTensorFile(string path, IReadOnlyList<SafetensorsFile> files)
    {
        Path = path;
        _files = files;
        var tensors = new OrderedDictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (SafetensorsFile file in files)
        {
            foreach ((string name, SafetensorsEntry entry) in file.Tensors)
            {
                tensors.Add(name, StoredTensor.Of(name, entry.StoredDType.FormatName(), entry.Shape));
                _entries.Add(name, entry);
                _owners.Add(name, file);
            }
        }
        Tensors = tensors;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Opens a <c>.safetensors</c> file, or the files that an index (<c>.json</c>) lists.</summary>
    /// <exception cref="SafetensorsException">A file breaks a rule of the format.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static SafetensorsTensorFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new SafetensorsTensorFile(path, path.EndsWith(".json", StringComparison.Ordinal) ? ShardedSafetensors.Open(path).Files : [SafetensorsFile.Open(path)]);
    }

    /// <inheritdoc/>
    public Tensor Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _entries.TryGetValue(name, out SafetensorsEntry? entry)
            ? _owners[name].Load(entry)
            : throw new KeyNotFoundException($"{Path} has no tensor '{name}'");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
        {
            file.Dispose();
        }
    }
}
