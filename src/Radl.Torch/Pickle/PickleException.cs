using Radl.Torch.IO;

namespace Radl.Torch.Pickle;

/// <summary>A file of <c>torch.save</c> breaks a rule, or asks for something other than data.</summary>
public sealed class PickleException : BrokenFileException
{
    internal PickleException(PickleRule rule, string file, string place, string text, string? hint = null)
        : base(file, place, $"{text} (rule {rule}).{(hint is null ? "" : " " + hint)}") => Rule = rule;

    /// <summary>The broken rule.</summary>
    public PickleRule Rule { get; }
}
