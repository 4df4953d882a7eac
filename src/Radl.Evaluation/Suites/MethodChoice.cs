using System.Globalization;
using Radl.Diffusion.Models;
using Radl.Evaluation.Runs;
using Radl.Layout.Methods;

namespace Radl.Evaluation.Suites;

/// <summary>A method that is measured: the base alone, one without an adapter, or adapters of one method that were trained with different seeds.</summary>
/// <param name="Name">Short name, of folders.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="Adapters">Adapter folders, one per training seed; none for the base alone and for methods that have none.</param>
public sealed record MethodChoice(string Name, string Title, IReadOnlyList<string> Adapters)
{
    private const string Base = "sd";

    private static readonly string[] Ceilings = ["drawn", "codec"];

    private static readonly string[] TrainingFree = [.. LayoutMethods.All.Where(method => !method.IsTrained && method.Name != Base).Select(method => method.Name)];

    /// <summary>Controlled steps of its own; null for those that the sampling says.</summary>
    public int? ControlSteps { get; init; }

    private bool IsTrainingFree => Adapters.Count == 0 && Name != Base;

    /// <summary>Reads a list of methods.</summary>
    /// <param name="names"><c>sd</c>, a method without an adapter, the name of an adapter of the model (which also takes its <c>NAME-seed*</c>), or <c>NAME=FOLDER</c>; <c>drawn</c> and <c>codec</c>, which every table has, are passed over.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="allSeeds">Takes the model's further training seeds along too (<see cref="ModelFolder.FurtherSeeds"/>).</param>
    /// <exception cref="ArgumentException">A name is unknown, wrong, or occurs twice.</exception>
    public static IReadOnlyList<MethodChoice> Parse(IEnumerable<string> names, ModelFolder model, bool allSeeds = false)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(model);
        MethodChoice[] choices = [.. names.Select(name => name.Trim()).Where(name => !Ceilings.Contains(name)).Select(name => ParseOne(name, model, allSeeds))];
        if (choices.GroupBy(choice => choice.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"--methods: '{twice.Key}' occurs twice");
        }
        return choices;
    }

    /// <summary>The adapter folders of a name: <c>NAME</c> itself first, then <c>NAME-seed*</c>; what lies in <c>adapters/</c> counts before a namesake in <c>seeds/</c>.</summary>
    /// <param name="name">Of the adapter.</param>
    /// <param name="model">The model folder.</param>
    /// <param name="allSeeds">Takes the model's further training seeds along too.</param>
    public static IReadOnlyList<string> AdaptersOf(string name, ModelFolder model, bool allSeeds = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        IEnumerable<string> own = model.Adapters().Where(adapter => adapter == name || IsSeed(adapter, name)).Select(model.Adapter);
        IEnumerable<string> further = allSeeds ? model.FurtherSeeds().Where(folder => IsSeed(Path.GetFileName(folder), name)) : [];
        return [.. own.Concat(further).DistinctBy(Path.GetFileName, StringComparer.Ordinal).OrderBy(folder => Path.GetFileName(folder), new ShortFirst())];
    }

    /// <summary>The pictures of a set by this method, one task per training seed.</summary>
    /// <param name="set">The scenes.</param>
    /// <param name="sampling">How they are made.</param>
    /// <param name="suffix">Of the folders' names, where pictures are not made as usual.</param>
    public IReadOnlyList<GenerationTask> Tasks(SceneSet set, SamplingChoices sampling, string suffix = "")
    {
        ArgumentNullException.ThrowIfNull(sampling);
        SamplingChoices own = sampling with { ControlSteps = ControlSteps ?? sampling.ControlSteps };
        return Adapters.Count == 0
            ? [new GenerationTask(set, new Arm(Name + suffix, PictureSource.Model) { TrainingFree = IsTrainingFree ? Name : null, Sampling = own })]
            : [.. Adapters.Select((adapter, seed) => new GenerationTask(set, new Arm(Name + Seed(seed) + suffix, PictureSource.Model) { Adapter = adapter, Sampling = own }))];
    }

    /// <summary>The same with the controlled steps of its paper's share, where it controls anything. An adapter's method is what its config names, whatever the folder is called.</summary>
    /// <param name="steps">All steps of a run.</param>
    public MethodChoice WithItsShare(int steps) => Name == Base
        ? this
        : this with { ControlSteps = LayoutMethods.Of(Adapters.Count > 0 ? LayoutAdapter.MethodOf(Adapters[0]) : Name).ControlSteps(steps) };

    /// <summary>The title of a method's name.</summary>
    public static string TitleOf(string name) => LayoutMethods.Names.Contains(name) ? LayoutMethods.Of(name).Title : name;

    private static MethodChoice ParseOne(string text, ModelFolder model, bool allSeeds)
    {
        if (text == Base || TrainingFree.Contains(text))
        {
            return new MethodChoice(text, TitleOf(text), []);
        }
        if (text.Split('=') is [{ Length: > 0 } name, { Length: > 0 } folder])
        {
            CheckName(name);
            return File.Exists(Path.Combine(folder, "adapter.safetensors"))
                ? new MethodChoice(name, TitleOf(name), [folder])
                : throw new ArgumentException($"--methods: {text}: the folder has no adapter.safetensors");
        }
        CheckName(text);
        IReadOnlyList<string> adapters = AdaptersOf(text, model, allSeeds);
        return adapters.Count > 0
            ? new MethodChoice(text, TitleOf(text), adapters)
            : throw new ArgumentException(
                $"--methods: '{text}' is not one of {string.Join(", ", (string[])[.. Ceilings, Base, .. TrainingFree, .. model.Adapters()])}; another adapter is given as NAME=FOLDER");
    }

    private static bool IsSeed(string adapter, string name) =>
        adapter.StartsWith(name + "-seed", StringComparison.Ordinal)
        && int.TryParse(adapter.AsSpan(name.Length + "-seed".Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string Seed(int index) => index == 0 ? "" : FormattableString.Invariant($"-seed{index + 1}");

    // Names become folders.
    private static void CheckName(string name)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ArgumentException($"--methods: '{name}' is no name: letters, digits, - and _ are");
        }
    }

    private sealed class ShortFirst : IComparer<string>
    {
        public int Compare(string? x, string? y) => x!.Length != y!.Length ? x.Length.CompareTo(y.Length) : string.CompareOrdinal(x, y);
    }
}
