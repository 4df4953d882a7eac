using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Checkpoints;

/// <summary>Writes published adapter weights, which come without a config, as an adapter folder.</summary>
public static class AdapterConversion
{
    /// <summary>Writes <c>config.json</c> and <c>adapter.safetensors</c>, each whole or not at all.</summary>
    /// <param name="path">MIGC's, RaDL's or GLIGEN's weights, in any names and format that are read.</param>
    /// <param name="folder">E.g. <c>MODEL/adapters/migc</c>; made where it is missing. It must hold no adapter.</param>
    /// <param name="dtype">Type to store the weights in; null keeps theirs.</param>
    /// <exception cref="ArgumentException">The folder has an adapter already.</exception>
    /// <exception cref="InvalidDataException">The weights are of none of the methods, or not all there.</exception>
    public static void Write(string path, string folder, DType? dtype = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (File.Exists(Path.Combine(folder, "config.json")) || File.Exists(Path.Combine(folder, "adapter.safetensors")))
        {
            throw new ArgumentException($"{folder} has an adapter already; name a new folder", nameof(folder));
        }
        using LayoutAdapter adapter = Open(path);
        adapter.Save(folder, dtype: dtype);
    }

    private static LayoutAdapter Open(string path)
    {
        bool isMigc;
        bool isGligen;
        using (ITensorFile file = TensorFiles.Open(path))
        {
            isMigc = file.Tensors.Keys.Any(name => MigcCheckpoint.Rename(name) is not null);
            isGligen = file.Tensors.Keys.Any(name => GligenCheckpoint.Rename(name) is not null);
        }
        return isMigc ? MigcAdapter.OpenCheckpoint(path) : isGligen ? GligenAdapter.OpenCheckpoint(path) : RadlAdapter.OpenCheckpoint(path);
    }
}
