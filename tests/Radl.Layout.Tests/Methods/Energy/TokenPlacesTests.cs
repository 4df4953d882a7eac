using Radl.Diffusion.Tokenizer;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Energy;

namespace Radl.Layout.Tests.Methods.Energy;

public sealed class TokenPlacesTests(TokenPlacesTests.Words words) : IClassFixture<TokenPlacesTests.Words>
{
    [Fact]
    public void A_label_is_found_as_a_whole_without_its_article()
    {
        TokenPlaces places = Find("a blue car and a red car", "a red car", "The Blue car");
        Assert.Equal([[6, 7], [2, 3]], places.Places.Select(place => place.Words));
        Assert.Equal([7, 3], places.Places.Select(place => place.Noun));
        Assert.Empty(places.Warnings);
    }

    [Fact]
    public void Instances_with_one_label_take_its_occurrences_one_after_the_other_and_share_the_last()
    {
        TokenPlaces places = Find("a red fish, a red fish", "red fish", "red fish", "red fish");
        Assert.Equal([3, 7, 7], places.Places.Select(place => place.Noun));
    }

    [Fact]
    public void A_short_label_leaves_the_words_of_a_longer_one_to_it()
    {
        TokenPlaces places = Find("a red fish and a fish", "fish", "red fish");
        Assert.Equal([[6], [2, 3]], places.Places.Select(place => place.Words));
    }

    [Fact]
    public void A_plural_of_the_prompt_names_the_label_too() => Assert.Equal([2], Find("two cars", "a car").Places[0].Words.Take(1));

    [Fact]
    public void A_label_in_other_words_is_taken_by_its_noun_and_the_nearest_of_the_others()
    {
        TokenPlaces places = Find("red fish and a car in red", "a red car", "a blue fish");
        Assert.Equal([5, 7], places.Places[0].Words);
        Assert.Equal(5, places.Places[0].Noun);
        Assert.Equal([2], places.Places[1].Words);
    }

    [Fact]
    public void A_label_that_does_not_occur_is_left_out_with_a_sentence()
    {
        TokenPlaces places = Find("a red fish", "a car", "a red fish", "");
        Assert.Equal([0, 2, 0], places.Places.Select(place => place.Words.Count));
        Assert.Equal(2, places.Warnings.Count);
        Assert.Contains("\"a car\"", places.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(PromptPlace.Nowhere, places.Places[0]);
    }

    [Fact]
    public void Words_behind_the_last_token_that_the_model_reads_are_left_out_with_a_sentence()
    {
        TokenPlaces places = Find(string.Join(' ', Enumerable.Repeat("red", 14)) + " car", "car");
        Assert.Empty(places.Places[0].Words);
        Assert.Contains("16 tokens", Assert.Single(places.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_noun_of_several_tokens_is_its_last_one()
    {
        // Letters of words outside the vocabulary are a token each.
        TokenPlaces places = Find("a zoo", "zoo");
        Assert.Equal([2, 3, 4], places.Places[0].Words);
        Assert.Equal(4, places.Places[0].Noun);
    }

    private TokenPlaces Find(string prompt, params string[] labels) => TokenPlaces.Find(words.Tokenizer, prompt, labels);

    public sealed class Words : IDisposable
    {
        private readonly ScratchFolder _scratch = new();

        public Words()
        {
            ClipTokenizerBuilder.Write(_scratch.Path, ["a", "and", "in", "two", "red", "blue", "fish", "car"], maxLength: 16);
            Tokenizer = ClipTokenizer.Load(_scratch.Path);
        }

        public ClipTokenizer Tokenizer { get; }

        public void Dispose() => _scratch.Dispose();
    }
}
