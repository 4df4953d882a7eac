namespace Radl.Torch.Pickle;

/// <summary>Applies the few names that tensors are built of, and keeps the storages that a pickle speaks of.</summary>
internal sealed class PickleTensors(PickleBudget budget)
{
    // As many as the engine gives a tensor.
    private const int MostDimensions = 16;

    private readonly Dictionary<string, PickledStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>Storages by key, as far as tensors or others refer to them.</summary>
    internal IReadOnlyDictionary<string, PickledStorage> Storages => _storages;

    /// <summary>The storage of a persistent id: ("storage", type, key, place, elements), in the older format with a sixth item, None.</summary>
    internal PickledStorage Storage(object? id, PickleCursor cursor)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal { Kind: PickleGlobalKind.Storage } type, string key, string, long count, .. var rest] }
            || rest is not ([] or [null]))
        {
            throw cursor.Error(PickleRule.BadStorage, "a storage must be the tuple ('storage', type, key, place, elements)", "Storages of storages, and types that are newer than this program, are not read.");
        }
        if (count < 0 || count > long.MaxValue / 8)
        {
            throw cursor.Error(PickleRule.BadStorage, $"storage '{Short(key)}' has {count} elements");
        }
        if (_storages.TryGetValue(key, out PickledStorage? known))
        {
            return known.DType == type.DType && known.Count == count
                ? known
                : throw cursor.Error(PickleRule.BadStorage, $"storage '{Short(key)}' has {known.Count} elements of {known.DType} in one place, {count} of {type.DType} in another");
        }
        budget.Charge(120);
        var storage = new PickledStorage(key, type.DType, count);
        _storages.Add(key, storage);
        return storage;
    }

    /// <summary>What a name from the list gives for its arguments.</summary>
    internal object? Apply(PickleGlobal global, object?[] arguments, PickleCursor cursor) => global.Kind switch
    {
        PickleGlobalKind.Dictionary => Dictionary(arguments, cursor),
        PickleGlobalKind.Tensor => View(arguments, cursor),
        PickleGlobalKind.Parameter when arguments is [PickledTensor tensor, ..] => tensor,
        PickleGlobalKind.Inert => InertValue.Instance,
        _ => throw cursor.Error(PickleRule.CallNotAllowed, $"{global.Name} cannot be applied to these arguments"),
    };

    private PickleDictionary Dictionary(object?[] arguments, PickleCursor cursor)
    {
        budget.Charge(56);
        var dictionary = new PickleDictionary();
        if (arguments is [PickleList pairs])
        {
            foreach (object? pair in pairs.Items)
            {
                object?[]? items = pair switch
                {
                    PickleTuple { Items: { Length: 2 } two } => two,
                    PickleList { Items: { Count: 2 } two } => [.. two],
                    _ => throw cursor.Error(PickleRule.CallNotAllowed, "a dictionary is made of pairs"),
                };
                budget.Append(dictionary.Items, items[0]);
                budget.Append(dictionary.Items, items[1]);
            }
        }
        else if (arguments.Length > 0)
        {
            throw cursor.Error(PickleRule.CallNotAllowed, "a dictionary is made of nothing, or of one list of pairs");
        }
        return dictionary;
    }

    // (storage, offset, sizes, strides[, requires_grad, hooks[, metadata]])
    private PickledTensor View(object?[] arguments, PickleCursor cursor)
    {
        if (arguments is not [PickledStorage storage, long offset, PickleTuple sizes, PickleTuple steps, ..] || arguments.Length > 7)
        {
            throw cursor.Error(PickleRule.CallNotAllowed, "a tensor is made of a storage, an offset, sizes and strides");
        }
        string? wrong = sizes.Items.Length != steps.Items.Length ? $"{sizes.Items.Length} sizes and {steps.Items.Length} strides"
            : sizes.Items.Length > MostDimensions ? $"{sizes.Items.Length} dimensions, more than {MostDimensions}"
            : offset < 0 ? $"offset {offset}"
            : null;
        if (wrong is not null)
        {
            throw cursor.Error(PickleRule.BadView, $"a tensor has {wrong}");
        }
        long[] shape = Numbers(sizes.Items, cursor);
        long[] strides = Numbers(steps.Items, cursor);
        budget.Charge(72);
        return new PickledTensor(storage, offset, shape, strides, CheckedCount(storage, offset, shape, strides, cursor));
    }

    private static long CheckedCount(PickledStorage storage, long offset, long[] shape, long[] strides, PickleCursor cursor)
    {
        // Products of two 63-bit numbers fit 128 bits; each sum is compared before it could grow further.
        UInt128 count = 1;
        UInt128 last = (UInt128)offset;
        bool isEmpty = shape.Contains(0);
        for (int i = 0; i < shape.Length && !isEmpty; i++)
        {
            count *= (UInt128)shape[i];
            last += (UInt128)(shape[i] - 1) * (UInt128)strides[i];
            if (count > long.MaxValue / 8 || last >= (UInt128)storage.Count)
            {
                break;
            }
        }
        if (isEmpty ? offset > storage.Count : count > long.MaxValue / 8 || last >= (UInt128)storage.Count)
        {
            throw cursor.Error(PickleRule.BadView, $"a tensor of sizes [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}] and offset {offset} goes beyond the {storage.Count} elements of storage '{Short(storage.Key)}'");
        }
        return isEmpty ? 0 : (long)count;
    }

    private long[] Numbers(object?[] items, PickleCursor cursor)
    {
        budget.ChargeArray(items.Length);
        var numbers = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            numbers[i] = items[i] is long number and >= 0 ? number : throw cursor.Error(PickleRule.BadView, "a size or stride is no integer, or negative");
        }
        return numbers;
    }

    private static string Short(string text) => Safetensors.SafetensorsText.Shorten(text);
}
