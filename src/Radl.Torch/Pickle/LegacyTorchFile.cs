using Radl.Torch.IO;

namespace Radl.Torch.Pickle;

/// <summary>The format of <c>torch.save</c> before 1.6: five pickles (magic number, protocol, system, data, storage keys), then the storages.</summary>
internal static class LegacyTorchFile
{
    /// <summary>The first pickle: protocol 2, an integer of ten bytes, the end.</summary>
    internal static ReadOnlySpan<byte> Magic => [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

    private const long Protocol = 1001;

    /// <summary>Runs the pickles and places the storages.</summary>
    internal static (object? Root, PickleTensors Tensors) Read(MappedFile file, PickleBudget budget)
    {
        var cursor = new PickleCursor(file, Magic.Length, file.Length);
        if (Run(new PickleTensors(budget)) is not Protocol)
        {
            throw cursor.Error(PickleRule.NotTorch, $"the protocol is not {Protocol}");
        }
        if (Run(new PickleTensors(budget)) is not PickleDictionary system || !system.TryGet("little_endian", out object? little) || little is not true)
        {
            throw new NotSupportedException($"{file.Path}: little_endian: only files of little-endian machines are read");
        }
        var tensors = new PickleTensors(budget);
        object? root = Run(tensors);
        if (Run(new PickleTensors(budget)) is not PickleList keys)
        {
            throw cursor.Error(PickleRule.BadStorage, "the data are not followed by the list of storage keys");
        }
        foreach (object? key in keys.Items)
        {
            Place(key, tensors, cursor);
        }
        if (tensors.Storages.Values.FirstOrDefault(storage => storage.Position < 0) is { } missing)
        {
            throw cursor.Error(PickleRule.StorageMissing, $"storage '{Safetensors.SafetensorsText.Shorten(missing.Key)}' of a tensor is not listed");
        }
        return cursor.Left == 0 ? (root, tensors) : throw cursor.Error(PickleRule.TrailingBytes, $"{cursor.Left} bytes follow the last storage");

        object? Run(PickleTensors of) => new PickleMachine(cursor, budget, of).Run();
    }

    private static void Place(object? key, PickleTensors tensors, PickleCursor cursor)
    {
        if (key is not string name || !tensors.Storages.TryGetValue(name, out PickledStorage? storage) || storage.Position >= 0)
        {
            throw cursor.Error(PickleRule.BadStorage, "a storage is listed that no tensor speaks of, or twice");
        }
        long count = cursor.Int64();
        if (count != storage.Count)
        {
            throw cursor.Error(PickleRule.StorageSize, $"storage '{Safetensors.SafetensorsText.Shorten(name)}' has {count} elements, the pickle says {storage.Count}");
        }
        storage.Position = cursor.Position;
        cursor.Skip(storage.Length);
    }
}
