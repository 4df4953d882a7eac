using Radl.Layout.Methods;
using Radl.Layout.Scenes;

namespace Radl.Layout.Generation;

/// <summary>The texts of a scene's instances as a method wants them encoded.</summary>
internal sealed class InstanceTexts
{
    // MIGC's own limit: seven phrases fill its encoder's 77 tokens.
    private const int MostRepetitions = 7;

    /// <summary>Writes them.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="needs">Of the method; null for the prompt alone.</param>
    public InstanceTexts(Scene scene, MethodNeeds? needs)
    {
        IReadOnlyList<SceneInstance> instances = scene.Instances;
        string picture = scene.NegativePrompt ?? "";
        bool own = needs is { OwnNegatives: true };
        int times = needs is { RepeatLabels: true } ? Math.Min(instances.Count, MostRepetitions) : 1;
        Labels = needs is null ? [] : [.. instances.Select(instance => Repeat(instance.Label, times))];
        Negative = own ? picture : Join([picture, .. instances.Select(instance => instance.Negative)]);
        Negatives = own ? [.. instances.Where(HasNegative).Select(instance => Join([picture, instance.Negative])).Distinct(StringComparer.Ordinal)] : [];
        NegativeOf = Negatives.Count == 0 ? null : [.. instances.Select(instance => HasNegative(instance) ? Array.IndexOf([.. Negatives], Join([picture, instance.Negative])) : -1)];
    }

    /// <summary>One per instance.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The picture's negative prompt; with those of all instances where the method cannot keep them apart.</summary>
    public string Negative { get; }

    /// <summary>Distinct negative prompts that hold in a region: the picture's with the instance's own.</summary>
    public IReadOnlyList<string> Negatives { get; }

    /// <summary>Which of them each instance has, -1 for none; null where no instance has any.</summary>
    public IReadOnlyList<int>? NegativeOf { get; }

    /// <summary>MIGC's phrase augmentation (<c>aug_phase_with_and</c>): the label as many times, joined with ", and ".</summary>
    internal static string Repeat(string label, int times) => string.Join(", and ", Enumerable.Repeat(label, times));

    private static bool HasNegative(SceneInstance instance) => instance.Negative.Length > 0;

    private static string Join(IEnumerable<string> texts) => string.Join(", ", texts.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal));
}
