using Radl.Toybox.World;

namespace Radl.Toybox.Sampling;

/// <summary>Draws random scenes. Thread safe; the randomness is the caller's.</summary>
public sealed class ToySceneSampler
{
    private readonly ToySceneOptions _options;
    private readonly double _totalWeight;

    /// <summary>A sampler of one kind of scenes.</summary>
    /// <exception cref="ArgumentException">The count weights are empty, too many, negative or all zero.</exception>
    public ToySceneSampler(ToySceneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.CountWeights.Count is 0 or > ToySceneOptions.MaxInstances || options.CountWeights.Any(w => !(w >= 0)) || !(options.CountWeights.Sum() > 0))
        {
            throw new ArgumentException(
                $"options.CountWeights: 1 to {ToySceneOptions.MaxInstances} weights, none negative, at least one positive", nameof(options));
        }

        _options = options;
        _totalWeight = options.CountWeights.Sum();
    }

    /// <summary>The next scene of a random stream.</summary>
    public ToyScene Sample(ref ToyRandom random)
    {
        int count = SampleCount(ref random);
        ToyVerb? verb = count >= 2 && random.Chance(_options.RelationProbability) ? (ToyVerb)random.Below(ToyAttributes.VerbCount) : null;
        bool subjectLeft = random.Chance(.5);
        var instances = new ToyInstance[count];
        Span<ToyColor> colors = stackalloc ToyColor[count];
        SampleColors(ref random, colors);
        for (int i = 0; i < count; i++)
        {
            instances[i] = SampleInstance(ref random, count, colors[i], directed: verb is not null && i < 2);
            instances[i] = _options.OneCategory ? instances[i] with { Category = instances[0].Category } : instances[i];
        }

        if (verb is { } v)
        {
            ToyPose.Apply(v, subjectLeft, ref instances[0], ref instances[1]);
        }

        Placement.Place(ref random, instances, verb, subjectLeft);
        return new ToyScene
        {
            Background = (ToyBackground)random.Below(ToyAttributes.BackgroundCount),
            Instances = instances,
            Relations = verb is { } relation ? [new(0, relation, 1)] : [],
            NamesBackground = count > 1 || !random.Chance(_options.OmitBackgroundProbability),
            Seed = random.Next() >> 33,
        };
    }

    private int SampleCount(ref ToyRandom random)
    {
        double point = random.NextFloat() * _totalWeight;
        int last = 0;
        for (int i = 0; i < _options.CountWeights.Count; i++)
        {
            if (_options.CountWeights[i] > 0)
            {
                last = i + 1;
                point -= _options.CountWeights[i];
                if (point < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    // Shuffled rounds through all colours: no colour twice before every colour once.
    private static void SampleColors(ref ToyRandom random, Span<ToyColor> colors)
    {
        Span<ToyColor> round = stackalloc ToyColor[ToyAttributes.ColorCount];
        for (int i = 0; i < colors.Length; i++)
        {
            int k = i % round.Length;
            if (k == 0)
            {
                for (int c = 0; c < round.Length; c++)
                {
                    round[c] = (ToyColor)c;
                }
            }

            int pick = k + random.Below(round.Length - k);
            (round[k], round[pick]) = (round[pick], round[k]);
            colors[i] = round[k];
        }
    }

    private ToyInstance SampleInstance(ref ToyRandom random, int count, ToyColor color, bool directed)
    {
        (float low, float high) = ToySizes.HalfRange(count);
        return new ToyInstance
        {
            Category = (ToyCategory)random.Below(directed ? ToyAttributes.DirectedCategoryCount : ToyAttributes.CategoryCount),
            Color = color,
            Pattern = (ToyPattern)random.Below(ToyAttributes.PatternCount),
            Flipped = random.Chance(.5),
            HalfSize = random.Between(low, high) * _options.SizeScale / ToyScene.StandardCanvas,
            CentreX = .5f,
            CentreY = .5f,
        };
    }
}
