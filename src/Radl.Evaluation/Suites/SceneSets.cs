using Radl.Evaluation.Runs;
using Radl.Toybox.Sampling;
using Radl.Toybox.Text;
using Radl.Toybox.World;
using Radl.Training.Stages;

namespace Radl.Evaluation.Suites;

/// <summary>The held-out scenes of the benchmarks.</summary>
public static class SceneSets
{
    private const int StreamStride = 64;

    /// <summary>Scenes of <paramref name="least"/> to <paramref name="most"/> instances in turn, so that every number has the same weight.</summary>
    public static SceneSet Layouts(int count, int least = 2, int most = 6, int batch = 8, ulong seed = ToyTensors.HeldOutSeed)
    {
        if (least < 1 || most < least || most > ToySceneOptions.MaxInstances)
        {
            throw new ArgumentException($"--min-instances {least}, --max-instances {most}: 1 to {ToySceneOptions.MaxInstances} instances are possible, the fewest first");
        }
        int kinds = most - least + 1;
        ToyScenes[] samplers = [.. Enumerable.Range(least, kinds).Select(n => new ToyScenes(ToySceneOptions.Counts(n, n)))];
        bool isUsual = (least, most) == (2, 6);
        return new SceneSet
        {
            Name = isUsual ? "layouts" : FormattableString.Invariant($"layouts-{least}-{most}"),
            Definition = FormattableString.Invariant($"layouts of {least} to {most}, seed {seed:x}"),
            Count = count,
            Batch = batch,
            At = index => new SceneRequest(samplers[index % kinds].Sample(seed, index)),
        };
    }

    /// <summary>Scenes about attributes, quantities and relations in turn.</summary>
    public static SceneSet Draw(int count, int batch = 8, ulong seed = ToyTensors.HeldOutSeed)
    {
        var scenes = new ToyDrawScenes();
        return new SceneSet
        {
            Name = "draw",
            Definition = FormattableString.Invariant($"attributes, quantities, relations, seed {seed:x}"),
            Count = count,
            Batch = batch,
            At = index =>
            {
                ToyDrawScene drawn = scenes.Sample(seed, index);
                return new SceneRequest(drawn.Scene) { Group = drawn.Kind.ToString().ToLowerInvariant(), DrawKind = drawn.Kind };
            },
        };
    }

    /// <summary>Crowded scenes, all with the same number of instances; beyond six their share of the canvas stays the same.</summary>
    public static SceneSet Crowds(int instances, int count, int batch = 4, ulong seed = ToyTensors.HeldOutSeed)
    {
        var sampler = new ToyScenes(ToySceneOptions.Counts(instances, instances));
        return new SceneSet
        {
            Name = FormattableString.Invariant($"crowd-{instances:D2}"),
            Definition = FormattableString.Invariant($"crowds of {instances}, seed {seed:x}"),
            Count = count,
            Batch = batch,
            At = index => new SceneRequest(sampler.Sample(seed, index)),
        };
    }

    /// <summary>
    /// Pairs in one of the two relations whose verb phrase has a preposition that the model knows: <c>fleeing from</c> and
    /// <c>leaning against</c>, in turn.
    /// </summary>
    /// <param name="count">Scenes that are measured.</param>
    /// <param name="isVerbSaid">Whether the prompt says the whole phrase, or its preposition alone.</param>
    /// <param name="batch">Scenes of one batch.</param>
    /// <param name="seed">Of the scenes.</param>
    public static SceneSet Prepositions(int count, bool isVerbSaid, int batch = 8, ulong seed = ToyTensors.HeldOutSeed)
    {
        ToyScenes sampler = RelatedPairs();
        return new SceneSet
        {
            Name = isVerbSaid ? "phrases" : "prepositions",
            Definition = FormattableString.Invariant($"pairs that flee or lean, {(isVerbSaid ? "whole phrase" : "preposition alone")}, seed {seed:x}"),
            Count = count,
            Batch = batch,
            At = index =>
            {
                ToyScene scene = WithVerb(sampler, index % 2 == 0 ? ToyVerb.FleeingFrom : ToyVerb.LeaningAgainst, seed, index);
                string phrase = ToyVocabulary.Phrase(scene.Relations[0].Verb);
                string said = isVerbSaid ? scene.Prompt : scene.Prompt.Replace(phrase, phrase[(phrase.IndexOf(' ', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
                return new SceneRequest(scene) { Prompt = said, Group = phrase };
            },
        };
    }

    /// <summary>Pairs in a relation of any verb.</summary>
    /// <param name="count">Scenes that are measured.</param>
    /// <param name="isVerbSaid">Whether the prompt says the verb, or lists the two.</param>
    /// <param name="batch">Scenes of one batch.</param>
    /// <param name="seed">Of the scenes.</param>
    public static SceneSet Pairs(int count, bool isVerbSaid, int batch = 8, ulong seed = ToyTensors.HeldOutSeed)
    {
        ToyScenes sampler = RelatedPairs();
        return new SceneSet
        {
            Name = isVerbSaid ? "pairs" : "pairs-listed",
            Definition = FormattableString.Invariant($"pairs with a verb, {(isVerbSaid ? "said" : "not said")} in the prompt, seed {seed:x}"),
            Count = count,
            Batch = batch,
            At = index =>
            {
                ToyScene scene = sampler.Sample(seed, index);
                return new SceneRequest(scene) { Prompt = isVerbSaid ? scene.Prompt : ToyCaption.Listing(scene), Group = ToyVocabulary.Phrase(scene.Relations[0].Verb) };
            },
        };
    }

    private static ToyScenes RelatedPairs() => new(ToySceneOptions.Counts(2, 2) with { RelationProbability = 1 });

    // A stream of tries per index, so that a scene is still found by its index alone.
    private static ToyScene WithVerb(ToyScenes sampler, ToyVerb verb, ulong seed, int index)
    {
        for (long i = 0; ; i++)
        {
            ToyScene scene = sampler.Sample(seed ^ (ulong)verb, ((long)index * StreamStride) + i);
            if (scene.Relations[0].Verb == verb)
            {
                return scene;
            }
        }
    }
}
