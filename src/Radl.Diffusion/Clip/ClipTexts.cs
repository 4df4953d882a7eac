using System.Collections.Concurrent;
using Radl.Diffusion.Tokenizer;
using Radl.Torch;

namespace Radl.Diffusion.Clip;

/// <summary>Texts as token ids for a CLIP, without padding that nobody needs. Thread-safe.</summary>
/// <remarks>The text tower is causal and reads the state of the first end-of-text token, so what follows it cannot change an embedding.</remarks>
public sealed class ClipTexts(ClipTokenizer tokenizer)
{
    private const int MostRemembered = 1 << 16;

    private readonly ConcurrentDictionary<string, long[]> _known = new(StringComparer.Ordinal);

    /// <summary>int64 [texts, tokens of the longest]; longer texts than the tokenizer allows are cut off. The current scope owns it.</summary>
    public Tensor Encode(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        long[][] ids = texts.Select(Ids).ToArray();
        int longest = ids.Length == 0 ? 1 : ids.Max(row => Array.IndexOf(row, tokenizer.EosId) + 1);
        return Tensor.From<long>(ids.SelectMany(row => row.Take(longest)).ToArray(), ids.Length, longest);
    }

    private long[] Ids(string text)
    {
        if (_known.TryGetValue(text, out long[]? known))
        {
            return known;
        }
        long[] ids = tokenizer.Encode(text);
        if (_known.Count < MostRemembered)
        {
            _known.TryAdd(text, ids);
        }
        return ids;
    }
}
