using System.Diagnostics.CodeAnalysis;

namespace Radl.Torch.Pickle;

// What a pickle is made of here: null, bool, long, BigInteger, double, string, byte[], and the types below. None has behaviour.

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    internal object?[] Items => items;
}

/// <summary>A list.</summary>
internal sealed class PickleList
{
    internal List<object?> Items { get; } = [];
}

/// <summary>A dictionary: keys and values in turn, in the order in which they were set.</summary>
internal sealed class PickleDictionary
{
    internal List<object?> Items { get; } = [];

    /// <summary>The value that was set last under a text.</summary>
    internal bool TryGet(string key, [NotNullWhen(true)] out object? value)
    {
        value = null;
        for (int i = 0; i + 1 < Items.Count; i += 2)
        {
            if (Items[i] is string text && text == key)
            {
                value = Items[i + 1];
            }
        }
        return value is not null;
    }
}

/// <summary>An object that tensors do not depend on: its class is on the list, its content is dropped.</summary>
internal sealed class InertValue
{
    internal static InertValue Instance { get; } = new();
}

/// <summary>A run of elements in the file, which tensors look at.</summary>
internal sealed class PickledStorage(string key, DType dtype, long count)
{
    internal string Key => key;

    internal DType DType => dtype;

    internal long Count => count;

    /// <summary>Bytes; the counts of opened files are small enough.</summary>
    internal long Length => count * dtype.Size();

    /// <summary>Where it begins in the file; set once the file's directory is known.</summary>
    internal long Position { get; set; } = -1;
}

/// <summary>A view of a storage, checked to lie within it.</summary>
internal sealed class PickledTensor(PickledStorage storage, long offset, long[] shape, long[] strides, long count)
{
    internal PickledStorage Storage => storage;

    /// <summary>First element.</summary>
    internal long Offset => offset;

    internal long[] Shape => shape;

    internal long[] Strides => strides;

    /// <summary>Elements, repeated ones counted each time.</summary>
    internal long Count => count;

    /// <summary>Whether the elements lie row-major without gaps.</summary>
    internal bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = shape.Length - 1; i >= 0; i--)
            {
                if (shape[i] != 1 && strides[i] != expected)
                {
                    return false;
                }
                expected *= shape[i];
            }
            return true;
        }
    }

    /// <summary>Elements of the storage from the view's first to its last.</summary>
    internal long Extent
    {
        get
        {
            long extent = 1;
            for (int i = 0; i < shape.Length; i++)
            {
                extent += (shape[i] - 1) * strides[i];
            }
            return extent;
        }
    }
}
