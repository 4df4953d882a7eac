namespace Radl.Evaluation.Statistics;

/// <summary>What one scene adds to a measure; over scenes the measure is the sum of sums over the sum of weights.</summary>
/// <param name="Sum">Numerator: for a rate the right ones, for a mean the sum.</param>
/// <param name="Weight">Denominator: how many were asked.</param>
public readonly record struct SceneMeasure(double Sum, double Weight)
{
    /// <summary>A scene that is right or wrong as a whole.</summary>
    public static SceneMeasure Of(bool right) => new(right ? 1 : 0, 1);

    /// <summary>Sum over sum; NaN where nothing was asked.</summary>
    public static double Ratio(IReadOnlyList<SceneMeasure> scenes)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        double weight = scenes.Sum(s => s.Weight);
        return weight > 0 ? scenes.Sum(s => s.Sum) / weight : double.NaN;
    }
}

/// <summary>All measures of one scene, by name.</summary>
/// <param name="Instances">How many instances the scene asks for: the level of tables by number of instances.</param>
/// <param name="Values">A measure that the scene says nothing about is absent.</param>
public sealed record SceneMeasures(int Instances, IReadOnlyDictionary<string, SceneMeasure> Values)
{
    /// <summary>One measure of those scenes that have it, in order.</summary>
    public static IReadOnlyList<SceneMeasure> Column(IEnumerable<SceneMeasures> scenes, string name)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        return [.. scenes.Where(s => s.Values.ContainsKey(name)).Select(s => s.Values[name])];
    }

    /// <summary>Names of all measures that any scene has, in order of appearance.</summary>
    public static IReadOnlyList<string> Names(IEnumerable<SceneMeasures> scenes)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        return [.. scenes.SelectMany(s => s.Values.Keys).Distinct()];
    }
}
