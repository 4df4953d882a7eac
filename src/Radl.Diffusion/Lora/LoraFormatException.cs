using Radl.Torch.IO;

namespace Radl.Diffusion.Lora;

/// <summary>A LoRA file breaks a rule, or does not fit the model; the message names the file, the layer and the rule.</summary>
public sealed class LoraFormatException : BrokenFileException
{
    internal LoraFormatException(string file, string place, string text, Exception? inner = null)
        : base(file, place, text, inner)
    {
    }
}
