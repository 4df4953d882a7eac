using System.Collections.Concurrent;
using Radl.Diffusion.Tokenizer;
using Radl.Torch;

namespace Radl.Training.Stages.Data;

/// <summary>Prompts as token ids, remembered: the world's prompts repeat.</summary>
public sealed class PromptEncoder(ClipTokenizer tokenizer)
{
    private readonly ConcurrentDictionary<string, long[]> _known = new(StringComparer.Ordinal);

    /// <summary>What splits them.</summary>
    public ClipTokenizer Tokenizer => tokenizer;

    /// <summary>int64 [prompts, length], padded.</summary>
    public Tensor Encode(IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        long[] ids = prompts.SelectMany(prompt => _known.GetOrAdd(prompt, tokenizer.Encode)).ToArray();
        return Tensor.From<long>(ids, prompts.Count, tokenizer.MaxLength);
    }
}
