namespace Radl.Layout.Methods;

/// <summary>Where an instance stands in the encoded prompt.</summary>
/// <param name="Words">Positions of the tokens of all its label's words, rising; empty where the prompt does not name it.</param>
/// <param name="Noun">Position of the last token of the last of those words; 0, the beginning of the sequence, where there are none.</param>
public sealed record PromptPlace(IReadOnlyList<int> Words, int Noun)
{
    /// <summary>An instance that the prompt does not name.</summary>
    public static PromptPlace Nowhere { get; } = new([], 0);

    /// <summary>Whether the prompt names it.</summary>
    public bool IsFound => Words.Count > 0;
}
