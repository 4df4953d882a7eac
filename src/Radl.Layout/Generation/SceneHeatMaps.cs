using Radl.Diffusion.Imaging;
using Radl.Diffusion.Tokenizer;
using Radl.Layout.Methods;
using Radl.Layout.Scenes;

namespace Radl.Layout.Generation;

/// <summary>Heat maps of a scene, from the adapter's records to a picture.</summary>
public static class SceneHeatMaps
{
    private const int Caption = 14;

    /// <summary>One row per instance and verb, one column per resolution, coarse to fine, each over the picture with its name below.</summary>
    /// <param name="picture">The picture; it is not changed.</param>
    /// <param name="maps">At least one.</param>
    public static RgbImage Picture(RgbImage picture, IReadOnlyList<SceneHeatMap> maps)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(maps);
        RgbImage large = SceneOverlay.Legible(picture);
        int columns = maps.Select(map => (map.Height, map.Width)).Distinct().Count();
        return ImageGrid.Tile([.. maps.Select(map => Cell(large, map))], columns);
    }

    internal static IReadOnlyList<SceneHeatMap> Of(LayoutAttentionMaps maps, Scene scene, SceneVerbs verbs, ClipTokenizer tokenizer)
    {
        var result = new List<SceneHeatMap>();
        for (int i = 0; i < scene.Instances.Count; i++)
        {
            int instance = i;
            result.AddRange(ByResolution(maps.Sites.Select(site => maps.Instance(site, 0, instance)), HeatMapKind.Instance, scene.Instances[i].Label, i));
        }
        int number = 0;
        foreach ((string verb, int start, int count) in verbs.Spans(tokenizer))
        {
            result.AddRange(ByResolution(maps.Sites.Select(site => maps.Verb(site, 0, start, count)).OfType<LayoutMap>(), HeatMapKind.Verb, verb, number++));
        }
        return result;
    }

    private static IEnumerable<SceneHeatMap> ByResolution(IEnumerable<LayoutMap> maps, HeatMapKind kind, string name, int index) => maps
        .GroupBy(map => (map.Height, map.Width))
        .OrderBy(group => group.Key.Height)
        .Select(group => new SceneHeatMap(kind, name, index, group.Key.Height, group.Key.Width, Mean([.. group])));

    private static float[] Mean(LayoutMap[] maps) =>
        [.. Enumerable.Range(0, maps[0].Values.Count).Select(i => maps.Average(map => map.Values[i]))];

    private static RgbImage Cell(RgbImage picture, SceneHeatMap map)
    {
        var cell = new RgbImage(picture.Width, picture.Height + Caption);
        cell.Paste(HeatMap.Over([.. map.Values], map.Width, picture), 0, 0);
        Overlay.DrawText(cell, FormattableString.Invariant($"{map.Width}x{map.Height} {map.Name}"), 2, picture.Height + 3, new Rgb(255, 255, 255));
        return cell;
    }
}
