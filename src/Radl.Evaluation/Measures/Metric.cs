namespace Radl.Evaluation.Measures;

/// <summary>A figure of an arm as a function of how often each scene counts.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Bind">Prepares an arm; the result takes the scenes' multiplicities. NaN where nothing was counted.</param>
public sealed record Metric(string Key, string Title, Func<ArmResults, Func<int[], double>> Bind)
{
    /// <summary>Its unit; empty for none.</summary>
    public string Unit { get; init; } = "%";

    /// <summary>Digits after the point in tables.</summary>
    public int Digits { get; init; } = 1;

    /// <summary>Whether drawing scenes again says anything about it; not of times and sizes.</summary>
    public bool HasInterval { get; init; } = true;

    /// <summary>Whether a plot of the intervals is drawn.</summary>
    public bool IsPlotted { get; init; }

    /// <summary>A share in per cent: the sum of one number per scene over the sum of another.</summary>
    public static Metric Share(string key, string title, Func<SceneResult, (double Part, double Whole)> of) => new(key, title, arm =>
    {
        (double Part, double Whole)[] scenes = [.. arm.Scenes.Select(of)];
        return times =>
        {
            (double part, double whole) = (0, 0);
            for (int i = 0; i < scenes.Length; i++)
            {
                part += times[i] * scenes[i].Part;
                whole += times[i] * scenes[i].Whole;
            }
            return whole == 0 ? double.NaN : 100 * part / whole;
        };
    });

    /// <summary>The same figure of the scenes of one group.</summary>
    public static Metric ShareOf(string key, string title, string group, Func<SceneResult, (double Part, double Whole)> of)
    {
        ArgumentNullException.ThrowIfNull(of);
        return Share(key, title, scene => scene.Request.Group == group ? of(scene) : (0, 0));
    }
}
