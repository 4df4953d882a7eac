using System.Text.RegularExpressions;
using Radl.Diffusion.Tokenizer;

namespace Radl.Layout.Methods.Energy;

/// <summary>Where the words of instances' labels stand in the encoded prompt.</summary>
/// <remarks>
/// A label is looked for as a whole without its article, upper and lower case and plurals ("two cars") alike; several instances take the
/// occurrences one after the other, the longest labels first, and share the last one where there are too few. A label that does not occur as a whole
/// is taken by the last of its words that occurs, with the nearest occurrences of the others.
/// </remarks>
public sealed partial class TokenPlaces
{
    private TokenPlaces(IReadOnlyList<PromptPlace> places, IReadOnlyList<string> warnings)
    {
        Places = places;
        Warnings = warnings;
    }

    /// <summary>One per label.</summary>
    public IReadOnlyList<PromptPlace> Places { get; }

    /// <summary>A sentence for a user per label that was not found.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Looks labels up.</summary>
    public static TokenPlaces Find(ClipTokenizer tokenizer, string prompt, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(labels);
        ClipEncoding encoding = tokenizer.EncodeWithOffsets(prompt);
        Match[] text = [.. WordPattern().Matches(prompt).Cast<Match>()];
        var places = new PromptPlace[labels.Count];
        var warnings = new string?[labels.Count];
        var taken = new HashSet<int>();
        string[][] parts = [.. labels.Select(WordsOf)];
        foreach (int label in Enumerable.Range(0, labels.Count).OrderByDescending(label => parts[label].Length))
        {
            int[] found = Occurrence(text, parts[label], taken);
            IReadOnlyList<int>[] tokens = [.. found.Select(word => encoding.PositionsOf(text[word].Index, text[word].Index + text[word].Length))];
            IReadOnlyList<int> last = tokens.LastOrDefault(list => list.Count > 0) ?? [];
            places[label] = last.Count > 0 ? new PromptPlace([.. tokens.SelectMany(list => list).Distinct().Order()], last[^1]) : PromptPlace.Nowhere;
            if (last.Count == 0)
            {
                warnings[label] = found.Length == 0
                    ? $"the prompt does not name \"{labels[label]}\", so its box is left out: this method places words of the prompt"
                    : $"the prompt names \"{labels[label]}\" behind the {tokenizer.MaxLength} tokens that the model reads, so its box is left out";
            }
        }
        return new TokenPlaces(places, [.. warnings.OfType<string>()]);
    }

    private static string[] WordsOf(string label)
    {
        string[] words = [.. WordPattern().Matches(label).Select(match => match.Value)];
        return words is [_, _, ..] && words[0].ToUpperInvariant() is "A" or "AN" or "THE" ? words[1..] : words;
    }

    // Indices of the prompt's words, the noun last.
    private static int[] Occurrence(Match[] text, string[] label, HashSet<int> taken)
    {
        if (label.Length == 0)
        {
            return [];
        }
        int[] starts = [.. Enumerable.Range(0, Math.Max(0, text.Length - label.Length + 1)).Where(start => label.Index().All(word => Names(text[start + word.Index].Value, word.Item)))];
        if (Choose(starts, start => start + label.Length - 1) is { } whole)
        {
            return [.. Enumerable.Range(whole, label.Length)];
        }
        for (int last = label.Length - 1; last >= 0; last--)
        {
            if (Choose(Places(label[last]), place => place) is { } noun)
            {
                return [.. label[..last].Select(Places).Where(places => places.Length > 0).Select(places => places.MinBy(place => Math.Abs(place - noun))), noun];
            }
        }
        return [];

        int[] Places(string word) => [.. Enumerable.Range(0, text.Length).Where(place => Names(text[place].Value, word))];

        int? Choose(int[] starts, Func<int, int> nounOf)
        {
            if (starts.Length == 0)
            {
                return null;
            }
            int free = Array.FindIndex(starts, start => !taken.Contains(nounOf(start)));
            int chosen = free < 0 ? starts[^1] : starts[free];
            taken.Add(nounOf(chosen));
            return chosen;
        }
    }

    private static bool Names(string inPrompt, string inLabel) =>
        inPrompt.StartsWith(inLabel, StringComparison.OrdinalIgnoreCase) && inPrompt[inLabel.Length..].ToUpperInvariant() is "" or "S" or "ES";

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*")]
    private static partial Regex WordPattern();
}
