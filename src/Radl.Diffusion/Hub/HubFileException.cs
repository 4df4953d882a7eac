using Radl.Torch.IO;

namespace Radl.Diffusion.Hub;

/// <summary>A file that came from a hub is not the one that the hub lists: its size or its hash differs. Nothing of it is kept.</summary>
public sealed class HubFileException : BrokenFileException
{
    internal HubFileException(string file, string place, string text)
        : base(file, place, text)
    {
    }
}
