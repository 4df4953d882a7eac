using Radl.Evaluation.Clip;
using Radl.Evaluation.Runs;
using Radl.Evaluation.Statistics;
using Radl.Evaluation.Toybox.Benchmarks;
using Radl.Toybox.World;

namespace Radl.Evaluation.Measures;

/// <summary>From pixels to a scene's measures.</summary>
internal static class SceneMeasuring
{
    /// <summary>What the detector reads of a picture among others, and what that adds to each figure.</summary>
    public static SceneResult Read(int index, SceneRequest request, byte[] pixels, int picture, int side)
    {
        int bytes = side * side * 3;
        ToySceneReading reading = ToySceneReading.Of(pixels.AsSpan(picture * bytes, bytes), side, request.Scene);
        var measures = new Dictionary<string, SceneMeasure>(StringComparer.Ordinal);
        Add(ToyPosition.Score(reading), MeasureNames.Position);
        Add(ToyMig.Score(reading), MeasureNames.Mig);
        if (request.DrawKind is { } kind)
        {
            Add(ToyDraw.Score(kind, reading), MeasureNames.Draw);
        }
        return new SceneResult(index, request, reading, measures);

        void Add(SceneMeasures scores, Func<string, string> nameOf)
        {
            foreach ((string name, SceneMeasure measure) in scores.Values)
            {
                measures[nameOf(name)] = measure;
            }
        }
    }

    /// <summary>Adds the small CLIP's scores and features of the first pictures of a batch.</summary>
    public static void AddClip(ToyClipScores clip, Span<SceneResult> scenes, byte[] pixels, int side)
    {
        int count = scenes.Length;
        ReadOnlySpan<byte> pictures = pixels.AsSpan(0, count * side * side * 3);
        string[] prompts = new string[count];
        var regions = new List<ClipRegion>();
        for (int i = 0; i < count; i++)
        {
            prompts[i] = scenes[i].Request.Prompt;
            foreach (ToyInstance instance in scenes[i].Request.Scene.Instances)
            {
                regions.Add(new ClipRegion(i, instance.Box, instance.Label));
            }
        }
        float[] whole = clip.Scores(pictures, count, side, prompts);
        float[] local = clip.LocalScores(pictures, count, side, regions);
        float[][] features = clip.Features(pictures, count, side);
        for (int i = 0, region = 0; i < count; i++)
        {
            int instances = scenes[i].Request.Scene.Instances.Count;
            double sum = local.Skip(region).Take(instances).Sum(score => (double)score);
            region += instances;
            scenes[i] = scenes[i] with
            {
                Measures = new Dictionary<string, SceneMeasure>(scenes[i].Measures, StringComparer.Ordinal)
                {
                    [MeasureNames.Clip] = new(whole[i], 1),
                    [MeasureNames.LocalClip] = new(sum, instances),
                },
                Features = features[i],
            };
        }
    }
}
