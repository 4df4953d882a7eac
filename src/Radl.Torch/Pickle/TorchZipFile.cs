using System.Text.RegularExpressions;
using Radl.Torch.IO;

namespace Radl.Torch.Pickle;

/// <summary>The zip format of <c>torch.save</c> (since 1.6): <c>NAME/data.pkl</c> and one entry <c>NAME/data/KEY</c> for each storage.</summary>
internal static partial class TorchZipFile
{
    /// <summary>Runs the pickle and places its storages.</summary>
    internal static (object? Root, PickleTensors Tensors) Read(MappedFile file, PickleBudget budget)
    {
        Dictionary<string, ZipEntry> entries = ByName(ZipDirectory.Read(file, budget), file.Path);
        if (!entries.TryGetValue("data.pkl", out ZipEntry pickle))
        {
            throw Error(PickleRule.ZipEntryName, "it has no data.pkl", "Only what torch.save writes is read.");
        }
        if (entries.TryGetValue("byteorder", out ZipEntry order) && (order.Length > 16 || !file.Bytes(order.Position, (int)order.Length).SequenceEqual("little"u8)))
        {
            throw new NotSupportedException($"{file.Path}: byteorder: only files of little-endian machines are read");
        }
        var tensors = new PickleTensors(budget);
        var cursor = new PickleCursor(file, pickle.Position, pickle.Position + pickle.Length);
        object? root = new PickleMachine(cursor, budget, tensors).Run();
        foreach (PickledStorage storage in tensors.Storages.Values)
        {
            if (!entries.TryGetValue("data/" + storage.Key, out ZipEntry entry))
            {
                throw Error(PickleRule.StorageMissing, $"there is no entry data/{Safetensors.SafetensorsText.Shorten(storage.Key)}, which a tensor needs");
            }
            if (entry.Length != storage.Length)
            {
                throw Error(PickleRule.StorageSize, $"data/{storage.Key} has {entry.Length} bytes, {storage.Count} elements of {storage.DType} take {storage.Length}");
            }
            storage.Position = entry.Position;
        }
        return (root, tensors);

        PickleException Error(PickleRule rule, string text, string? hint = null) => new(rule, file.Path, "archive", text, hint);
    }

    private static Dictionary<string, ZipEntry> ByName(List<ZipEntry> entries, string file)
    {
        var byName = new Dictionary<string, ZipEntry>(entries.Count, StringComparer.Ordinal);
        string? folder = null;
        foreach (ZipEntry entry in entries)
        {
            int cut = entry.Name.IndexOf('/', StringComparison.Ordinal);
            string name = entry.Name[(cut + 1)..];
            folder ??= entry.Name[..(cut + 1)];
            if (cut <= 0 || !entry.Name.StartsWith(folder, StringComparison.Ordinal) || !Allowed().IsMatch(name) || !byName.TryAdd(name, entry))
            {
                throw new PickleException(
                    PickleRule.ZipEntryName, file, "archive", $"entry '{Safetensors.SafetensorsText.Shorten(entry.Name)}' is none that torch.save writes, or is there twice", "A compiled model (TorchScript) holds code and is not read.");
            }
        }
        return byName;
    }

    [GeneratedRegex(@"^(data\.pkl|data/\d{1,20}|version|byteorder|\.format_version|\.storage_alignment|\.data/serialization_id)\z")]
    private static partial Regex Allowed();
}
