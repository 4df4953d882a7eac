using Radl.Torch.Pickle;

namespace Radl.Torch;

/// <summary>Opens files of tensors by what they are.</summary>
public static class TensorFiles
{
    /// <summary>Opens a safetensors file or an index of several by its name (<c>.safetensors</c>, <c>.json</c>), else by its first bytes.</summary>
    /// <param name="path">A safetensors file, an index, or what <c>torch.save</c> wrote (<c>.ckpt</c>, <c>.bin</c>, <c>.pt</c>). Nothing in it is executed.</param>
    /// <exception cref="IO.BrokenFileException">The file breaks a rule of its format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ITensorFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return IsTorch(path) ? TorchPickleFile.Open(path) : SafetensorsTensorFile.Open(path);
    }

    private static bool IsTorch(string path)
    {
        string extension = Path.GetExtension(path).ToUpperInvariant();
        if (extension is ".SAFETENSORS" or ".JSON")
        {
            return false;
        }
        Span<byte> start = stackalloc byte[16];
        using FileStream stream = File.OpenRead(path);
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        // Behind its header's length a safetensors file has a brace; what is neither gets the error of the format that its name promises.
        return start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith(LegacyTorchFile.Magic)
            || (extension is ".CKPT" or ".BIN" or ".PT" or ".PTH" && !(start.Length > 8 && start[8] == (byte)'{'));
    }
}
