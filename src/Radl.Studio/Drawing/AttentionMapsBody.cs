using Radl.Layout.Generation;

namespace Radl.Studio.Drawing;

/// <summary>Where instances and verbs acted, step by step.</summary>
/// <param name="Steps">The recorded steps; each stands for those behind the one before.</param>
/// <param name="Maps">One per instance and verb at each of the method's resolutions, coarse to fine.</param>
public sealed record AttentionMapsBody(IReadOnlyList<int> Steps, IReadOnlyList<AttentionMapBody> Maps)
{
    /// <summary>The maps of a picture.</summary>
    public static AttentionMapsBody Of(IReadOnlyList<HeatMapFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return new AttentionMapsBody(
            [.. frames.Select(frame => frame.Step)],
            [.. Enumerable.Range(0, frames.Count == 0 ? 0 : frames[0].Maps.Count).Select(i => AttentionMapBody.Of(frames, i))]);
    }
}

/// <summary>The map of one instance or verb.</summary>
/// <param name="Kind"><c>instance</c> or <c>verb</c>.</param>
/// <param name="Name">The label or the verb.</param>
/// <param name="Index">Number of the instance in the scene, or of the verb.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">For each recorded step, height x width values in 0..1, row by row.</param>
public sealed record AttentionMapBody(string Kind, string Name, int Index, int Height, int Width, IReadOnlyList<IReadOnlyList<float>> Values)
{
    internal static AttentionMapBody Of(IReadOnlyList<HeatMapFrame> frames, int index)
    {
        SceneHeatMap map = frames[0].Maps[index];
        return new AttentionMapBody(
            map.Kind == HeatMapKind.Instance ? "instance" : "verb",
            map.Name,
            map.Index,
            map.Height,
            map.Width,
            [.. frames.Select(frame => (IReadOnlyList<float>)[.. frame.Maps[index].Values.Select(value => MathF.Round(Math.Clamp(value, 0, 1), 4))])]);
    }
}
