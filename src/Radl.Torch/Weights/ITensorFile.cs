using Radl.Torch.Safetensors;

namespace Radl.Torch;

/// <summary>A file of named tensors, whatever its format. Opening has checked it; tensors are made on demand.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The path it was opened with.</summary>
    string Path { get; }

    /// <summary>What is stored, by name.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Makes a tensor, row-major on the CPU, in its stored type. The caller, or the current scope, owns it; do not write to it in place.</summary>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="NotSupportedException">The stored type has no tensor type.</exception>
    Tensor Load(string name);
}

/// <summary>What a file says about one of its tensors.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="TypeName">The stored type by safetensors' name, such as <c>F16</c>, whether or not tensors know it.</param>
/// <param name="Shape">Row-major extents. Not to be changed.</param>
/// <param name="Count">Elements.</param>
public sealed record StoredTensor(string Name, string TypeName, long[] Shape, long Count)
{
    internal static StoredTensor Of(string name, DType dtype, long[] shape) => Of(name, dtype.ToSafetensors().FormatName(), shape);

    // An opened file's sizes are checked; where one is 0 the product of the others need not fit.
    internal static StoredTensor Of(string name, string typeName, long[] shape) =>
        new(name, typeName, shape, shape.Contains(0) ? 0 : shape.Aggregate(1L, (count, size) => checked(count * size)));
}
