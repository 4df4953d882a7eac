using Radl.Layout.Regions;

namespace Radl.Layout.Methods.Energy;

/// <summary>Words of the prompt, and where they belong.</summary>
/// <param name="Boxes">One box or more; a method says what several mean.</param>
/// <param name="Tokens">Positions of the words in the encoded prompt; the beginning of the sequence is position 0.</param>
public sealed record GuidedRegion(IReadOnlyList<NormalizedBox> Boxes, IReadOnlyList<int> Tokens)
{
    /// <summary>Words with one box.</summary>
    public GuidedRegion(NormalizedBox box, params int[] tokens)
        : this([box], tokens)
    {
    }

    /// <summary>Regions of a batch, one per instance that its prompt names.</summary>
    /// <param name="conditions">With <see cref="LayoutConditions.Places"/>.</param>
    /// <param name="tokens">Which of an instance's tokens are placed.</param>
    internal static IReadOnlyList<IReadOnlyList<GuidedRegion>> Of(LayoutConditions conditions, Func<PromptPlace, IReadOnlyList<int>> tokens)
    {
        var scenes = new List<IReadOnlyList<GuidedRegion>>();
        int first = 0;
        foreach (int count in conditions.Counts)
        {
            scenes.Add([.. Enumerable.Range(first, count).Where(k => conditions.Places![k].IsFound).Select(k => Region(conditions.Boxes[k], tokens(conditions.Places![k])))]);
            first += count;
        }
        return scenes;

        static GuidedRegion Region(LayoutBox box, IReadOnlyList<int> tokens) => new([new NormalizedBox(box.X1, box.Y1, box.X2, box.Y2)], tokens);
    }

    /// <summary>Checks the regions of a batch.</summary>
    /// <exception cref="ArgumentException">A rule is broken; the text names the place.</exception>
    internal static void Check(IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, long images, long firstToken, long endToken)
    {
        ArgumentNullException.ThrowIfNull(regions);
        if (regions.Count != images)
        {
            throw new ArgumentException($"regions: lists for {regions.Count} images, the texts are {images}");
        }
        for (int image = 0; image < regions.Count; image++)
        {
            for (int index = 0; index < regions[image].Count; index++)
            {
                regions[image][index].Check($"regions[{image}][{index}]", firstToken, endToken);
            }
        }
    }

    private void Check(string place, long firstToken, long endToken)
    {
        if (Boxes.Count == 0 || Tokens.Count == 0)
        {
            throw new ArgumentException($"{place}: at least one box and one token are needed");
        }
        for (int box = 0; box < Boxes.Count; box++)
        {
            if (Boxes[box].Violation is { } rule)
            {
                throw new ArgumentException($"{place}.boxes[{box}]: {rule}");
            }
        }
        for (int token = 0; token < Tokens.Count; token++)
        {
            if (Tokens[token] < firstToken || Tokens[token] >= endToken)
            {
                throw new ArgumentException($"{place}.tokens[{token}]: position {Tokens[token]} does not lie in {firstToken} to {endToken - 1}");
            }
        }
    }
}
