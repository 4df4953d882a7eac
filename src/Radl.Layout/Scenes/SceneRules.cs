using System.Globalization;
using Radl.Layout.Regions;

namespace Radl.Layout.Scenes;

/// <summary>The rules that a scene must keep, whoever made it.</summary>
internal static class SceneRules
{
    public static (string Path, string Rule)? FirstViolation(Scene scene) =>
        TextViolation("prompt", scene.Prompt, SceneLimits.PromptLength)
        ?? TextViolation("negative_prompt", scene.NegativePrompt ?? "", SceneLimits.PromptLength)
        ?? InstancesViolation(scene.Instances)
        ?? RelationsViolation(scene.Relations ?? [], scene.Instances.Count)
        ?? SideViolation("width", scene.Width)
        ?? SideViolation("height", scene.Height)
        ?? (scene.Seed is < 0 or > SceneLimits.Seed ? ("seed", $"({scene.Seed}) must lie in [0, {SceneLimits.Seed}]") : default((string, string)?));

    private static (string Path, string Rule)? InstancesViolation(IReadOnlyList<SceneInstance> instances)
    {
        if (instances.Count > SceneLimits.Instances)
            return ("instances", $"has {instances.Count} entries; at most {SceneLimits.Instances} are allowed");
        for (var i = 0; i < instances.Count; i++)
        {
            var path = $"instances[{i}]";
            var instance = instances[i];
            var violation = PhraseViolation(path + ".label", instance.Label, SceneLimits.LabelLength)
                ?? (instance.Mask is PolygonShape polygons ? PolygonViolation(path + ".mask", polygons) : null)
                ?? BoxViolation(path + ".box", instance.Box)
                ?? StrengthViolation(path + ".strength", instance.Strength)
                ?? TextViolation(path + ".negative", instance.Negative, SceneLimits.LabelLength);
            if (violation is not null)
                return violation;
            for (var k = 0; k < i; k++)
            {
                // Two things in one and the same box cannot be told apart; masks may do so.
                if (instances[k].Box == instance.Box && instances[k].Mask is null && instance.Mask is null)
                    return (path + ".box", $"duplicate of instances[{k}].box");
            }
        }

        return null;
    }

    private static (string Path, string Rule)? BoxViolation(string path, NormalizedBox box) => box.Violation is { } rule ? (path, rule) : null;

    private static (string Path, string Rule)? PolygonViolation(string path, PolygonShape shape)
    {
        if (shape.Polygons.Count is < 1 or > SceneLimits.Polygons)
            return (path, $"has {shape.Polygons.Count} polygons; 1 to {SceneLimits.Polygons} are allowed");
        for (var p = 0; p < shape.Polygons.Count; p++)
        {
            var polygon = shape.Polygons[p];
            if (polygon.Count is < 3 or > SceneLimits.PolygonPoints)
                return ($"{path}[{p}]", $"has {polygon.Count} points; 3 to {SceneLimits.PolygonPoints} are allowed");
            for (var i = 0; i < polygon.Count; i++)
            {
                if (!(polygon[i].X is >= 0 and <= 1 && polygon[i].Y is >= 0 and <= 1))
                    return (FormattableString.Invariant($"{path}[{p}][{i}]"), FormattableString.Invariant($"({polygon[i].X}, {polygon[i].Y}) must lie in [0, 1]"));
            }

            if (new PolygonShape([polygon]).Bounds.Violation is { } rule)
                return ($"{path}[{p}]", "covers no area: " + rule);
            if (IsLine(polygon))
                return ($"{path}[{p}]", "covers no area: all of its points lie on one line");
        }

        return null;
    }

    // To single precision, as the sides of a box are compared.
    private static bool IsLine(IReadOnlyList<(double X, double Y)> polygon)
    {
        const double Thinnest = 1e-7;
        var from = polygon[0];
        var far = polygon.MaxBy(point => Math.Abs(point.X - from.X) + Math.Abs(point.Y - from.Y));
        var (x, y) = (far.X - from.X, far.Y - from.Y);
        var least = Thinnest * Math.Sqrt((x * x) + (y * y));
        return polygon.All(point => Math.Abs((x * (point.Y - from.Y)) - (y * (point.X - from.X))) <= least);
    }

    private static (string Path, string Rule)? RelationsViolation(IReadOnlyList<SceneRelation> relations, int instances)
    {
        if (relations.Count > SceneLimits.Relations)
            return ("relations", $"has {relations.Count} entries; at most {SceneLimits.Relations} are allowed");
        for (var i = 0; i < relations.Count; i++)
        {
            var path = $"relations[{i}]";
            var relation = relations[i];
            var violation = IndexViolation(path + ".subject", relation.Subject, instances)
                ?? PhraseViolation(path + ".verb", relation.Verb, SceneLimits.VerbLength)
                ?? IndexViolation(path + ".object", relation.Object, instances)
                ?? (relation.Subject == relation.Object ? (path + ".object", $"({relation.Object}) must differ from the subject") : null);
            if (violation is not null)
                return violation;
            for (var k = 0; k < i; k++)
            {
                if (relations[k] == relation)
                    return (path, $"duplicate of relations[{k}]");
            }
        }

        return null;
    }

    private static (string Path, string Rule)? IndexViolation(string path, int index, int instances) =>
        index >= 0 && index < instances ? null
        : (path, instances == 0 ? $"({index}) names an instance, but there is none" : $"({index}) must be the index of an instance, 0 to {instances - 1}");

    private static (string Path, string Rule)? PhraseViolation(string path, string text, int limit) =>
        TextViolation(path, text, limit) ?? (string.IsNullOrWhiteSpace(text) ? (path, "must not be blank") : null);

    private static (string Path, string Rule)? TextViolation(string path, string text, int limit)
    {
        if (text.Length > limit)
            return (path, $"has {text.Length} characters; at most {limit} are allowed");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return (path, $"character {i} is U+0000, which is not allowed");
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return (path, $"character {i} is half of a surrogate pair");
            i++;
        }

        return null;
    }

    private static (string Path, string Rule)? StrengthViolation(string path, double strength) =>
        strength is >= 0 and <= SceneLimits.Strength ? null
        : (path, string.Create(CultureInfo.InvariantCulture, $"({strength}) must lie in [0, {SceneLimits.Strength}]"));

    private static (string Path, string Rule)? SideViolation(string path, int? side)
    {
        if (side is null)
            return null;
        if (side is < SceneLimits.MinSide or > SceneLimits.MaxSide)
            return (path, $"({side}) must lie in [{SceneLimits.MinSide}, {SceneLimits.MaxSide}]");
        return side % SceneLimits.SideStep == 0 ? null : (path, $"({side}) must be a multiple of {SceneLimits.SideStep}");
    }
}
