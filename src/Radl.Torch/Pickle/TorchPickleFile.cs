using Radl.Torch.IO;

namespace Radl.Torch.Pickle;

/// <summary>
/// Tensors of a file that <c>torch.save</c> wrote (<c>.ckpt</c>, <c>.bin</c>, <c>.pt</c>), in its zip format or the older one. Nothing in the file is
/// ever executed: opcodes build data, and the only names that mean something are those of dictionaries, tensors and storages.
/// </summary>
/// <remarks>
/// The file is mapped; opening reads its structure alone and allocates less than twice the file's size plus 1 MiB. Tensors that lie
/// row-major and aligned are views of the mapping, which lives as long as they do: do not write to them in place.
/// </remarks>
public sealed unsafe class TorchPickleFile : ITensorFile
{
    private readonly MappedFile _mapping;
    private readonly OrderedDictionary<string, PickledTensor> _views;
    private readonly OrderedDictionary<string, StoredTensor> _tensors;

    private TorchPickleFile(MappedFile mapping, OrderedDictionary<string, PickledTensor> views)
    {
        _mapping = mapping;
        _views = views;
        _tensors = new OrderedDictionary<string, StoredTensor>(views.Count, StringComparer.Ordinal);
        foreach ((string name, PickledTensor view) in views)
        {
            _tensors.Add(name, StoredTensor.Of(name, view.Storage.DType, view.Shape));
        }
    }

    /// <inheritdoc/>
    public string Path => _mapping.Path;

    /// <summary>The tensors of the file's <c>state_dict</c>, or of its own dictionary where it has none; those of inner dictionaries as <c>outer.inner</c>.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="PickleException">The file breaks a rule of the format, or names code.</exception>
    /// <exception cref="NotSupportedException">The file is of a big-endian machine.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static TorchPickleFile Open(string path)
    {
        var mapping = MappedFile.Open(path);
        try
        {
            var budget = new PickleBudget(path, mapping.Length);
            ReadOnlySpan<byte> start = mapping.Bytes(0, (int)Math.Min(mapping.Length, 64));
            (object? root, _) = start.StartsWith("PK\u0003\u0004"u8) ? TorchZipFile.Read(mapping, budget)
                : start.StartsWith(LegacyTorchFile.Magic) ? LegacyTorchFile.Read(mapping, budget)
                : throw new PickleException(PickleRule.NotTorch, path, "first bytes", "the file begins neither as a zip archive nor as torch.save's older format", Safetensors.SafetensorsText.HintFor(start));
            OrderedDictionary<string, PickledTensor> views = TensorNames.Collect(root, budget);
            CheckTotal(path, mapping.Length, views.Values);
            return new TorchPickleFile(mapping, views);
        }
        catch
        {
            mapping.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Load(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_views.TryGetValue(name, out PickledTensor? view))
        {
            throw new KeyNotFoundException($"{Path} has no tensor '{name}'");
        }
        PickledStorage storage = view.Storage;
        if (view.Count == 0)
        {
            return Tensor.Empty(view.Shape, storage.DType);
        }
        int size = storage.DType.Size();
        byte* first = _mapping.Start + storage.Position + (view.Offset * size);
        using var scope = TensorScope.Enter();
        Tensor run = (nint)first % size == 0 ? Mapped(first, view.Extent, storage.DType) : Copied(first, view.Extent, storage.DType);
        return scope.Return(view.IsContiguous ? run.View(view.Shape) : run.AsStrided(view.Shape, view.Strides, 0).Contiguous());
    }

    /// <inheritdoc/>
    public void Dispose() => _mapping.Dispose();

    private Tensor Mapped(byte* first, long count, DType dtype)
    {
        _mapping.Acquire();
        return Tensor.FromMemory((nint)first, [count], dtype, new Hold(_mapping));
    }

    private static Tensor Copied(byte* first, long count, DType dtype)
    {
        Tensor copy = Tensor.Empty([count], dtype);
        Buffer.MemoryCopy(first, (void*)copy.DataPointer, count * dtype.Size(), count * dtype.Size());
        return copy;
    }

    private static void CheckTotal(string path, long length, IEnumerable<PickledTensor> views)
    {
        UInt128 total = 0;
        foreach (PickledTensor view in views)
        {
            total += (UInt128)view.Count * (UInt128)view.Storage.DType.Size();
        }
        if (total > ((UInt128)length * 2) + PickleBudget.Constant)
        {
            throw new PickleException(PickleRule.TooManyElements, path, "tensors", $"they take {total} bytes, the file has {length}", "Views that repeat a few stored numbers can pretend any size.");
        }
    }

    private sealed class Hold(MappedFile mapping) : IDisposable
    {
        public void Dispose() => mapping.Release();
    }
}
