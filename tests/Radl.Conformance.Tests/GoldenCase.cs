using System.Globalization;
using System.Text.Json;
using Radl.Torch;
using Radl.Torch.Safetensors;

namespace Radl.Conformance.Tests;

/// <summary>One case folder: the reference's config, weights, inputs and outputs, and how closely each output must be met.</summary>
public sealed class GoldenCase : IDisposable
{
    private readonly Dictionary<string, SafetensorsFile> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _tolerances;
    private double _worst;
    private string _worstName = "nothing compared";

    /// <summary>Opens a case by its folder name under <see cref="GoldenFolder.Root"/>.</summary>
    public GoldenCase(string name)
    {
        Name = name;
        Folder = Path.Combine(GoldenFolder.Root, name);
        string file = Path.Combine(Folder, "tolerance_f32_vs_f64.json");
        _tolerances = File.Exists(file) ? ReadTolerances(file) : [];
    }

    /// <summary>The folder's name, e.g. <c>unet</c> or <c>unet--second</c>.</summary>
    public string Name { get; }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What follows the kind in the name: the same suffix is looked for in neighbouring folders first.</summary>
    public string Neighbour(string kind)
    {
        int cut = Name.IndexOf("--", StringComparison.Ordinal);
        string sibling = cut < 0 ? kind : kind + Name[cut..];
        string folder = Path.Combine(GoldenFolder.Root, sibling);
        return Directory.Exists(folder) ? folder : Path.Combine(GoldenFolder.Root, kind);
    }

    /// <summary>Path of a file of the case.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>A tensor of <c>inputs.safetensors</c>; the current scope owns it.</summary>
    public Tensor Input(string name) => FileOf("inputs.safetensors").Load(name);

    /// <summary>Whether <c>inputs.safetensors</c> has a tensor.</summary>
    public bool HasInput(string name) => FileOf("inputs.safetensors").Tensors.ContainsKey(name);

    /// <summary>A tensor of <c>outputs.safetensors</c>.</summary>
    public Tensor Output(string name) => FileOf("outputs.safetensors").Load(name);

    /// <summary>Names of all outputs.</summary>
    public IEnumerable<string> OutputNames => FileOf("outputs.safetensors").Tensors.Keys;

    /// <summary>Compares with the reference: max|difference| at most max(10 x its own fp32 error, 1e-5) x peak, never looser than 1e-3.</summary>
    public void Compare(string name, Tensor actual)
    {
        using var scope = TensorScope.Enter();
        Tensor expected = Output(name);
        Assert.True(
            expected.Count == actual.Count && (expected.Shape.SequenceEqual(actual.Shape) || expected.Count == 1),
            $"{Name}: {name}: shape [{string.Join(", ", actual.Shape)}], the reference has [{string.Join(", ", expected.Shape)}]");
        double peak = expected.To(DType.Float64).Abs().Max().Item();
        double difference = expected.MaxDifference(actual.Reshape(expected.Shape));
        double relative = peak > 0 ? difference / peak : difference;
        double allowed = Math.Min(Math.Max(10 * _tolerances.GetValueOrDefault(name), 1e-5), 1e-3);
        if (!(relative <= _worst))
        {
            _worst = relative;
            _worstName = name;
        }
        Assert.True(relative <= allowed, string.Create(CultureInfo.InvariantCulture, $"{Name}: {name}: deviates by {relative:e2} of peak {peak:g4}, allowed {allowed:e2}"));
    }

    /// <summary>One line for the log: the worst deviation relative to the reference's peak.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"{Name}: worst deviation {_worst:e2} of peak ({_worstName})");

    /// <summary>Prints the summary to the test's output.</summary>
    public void Report() => TestContext.Current.TestOutputHelper?.WriteLine(Summary);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _open.Values)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile FileOf(string file)
    {
        if (!_open.TryGetValue(file, out SafetensorsFile? opened))
        {
            opened = SafetensorsFile.Open(PathOf(file));
            _open.Add(file, opened);
        }
        return opened;
    }

    private static Dictionary<string, double> ReadTolerances(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.EnumerateObject()
            .Where(entry => entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("max_rel_to_peak", out _))
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetProperty("max_rel_to_peak").GetDouble(), StringComparer.Ordinal);
    }
}
