using Radl.Diffusion.Checkpoints;
using Radl.Diffusion.Models;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;
using Radl.Torch.Pickle;

namespace Radl.Layout.Checkpoints;

/// <summary>Says what files of weights are, by the names and shapes of their tensors.</summary>
public static class FileInspector
{
    private const string Config = "config.json";
    private static readonly string[] Extensions = [".safetensors", ".ckpt", ".bin", ".pt", ".pth"];

    /// <summary>Looks at a file, or at the weights of a folder: a model's components, adapters and the CLIP that measures it, or the files of one component or adapter.</summary>
    /// <exception cref="FileNotFoundException">There is no such file, or the folder has no weights.</exception>
    /// <exception cref="Torch.IO.BrokenFileException">A file breaks a rule of its format.</exception>
    /// <exception cref="NotSupportedException">A file is of a kind whose sizes we do not know, such as Stable Diffusion XL.</exception>
    public static IReadOnlyList<FileInspection> Inspect(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            return [InspectFile(path)];
        }
        if (ModelFolder.IsModel(path))
        {
            var folder = new ModelFolder(path);
            return
            [
                .. ModelFolder.ComponentNames.Select(component => InspectFile(folder.WeightsOf(component))),
                .. folder.Adapters().Select(method => InspectFile(Path.Combine(folder.Adapter(method), "adapter.safetensors"))),
                .. new[] { folder.In(ModelFolder.Clip, "model.safetensors") }.Where(File.Exists).Select(InspectFile),
            ];
        }
        string[] files = [.. Directory.GetFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        string? index = Directory.GetFiles(path, "*.safetensors.index*.json").Order(StringComparer.Ordinal).FirstOrDefault();
        return index is not null ? [InspectFile(index)]
            : files.Length > 0 ? [.. files.Select(InspectFile)]
            : throw new FileNotFoundException($"{path} has no model_index.json and no file of weights ({string.Join(", ", Extensions)})", path);
    }

    private static FileInspection InspectFile(string path)
    {
        using ITensorFile file = TensorFiles.Open(path);
        var bare = new FileInspection
        {
            Path = path,
            Kind = FileKind.Unknown,
            Description = "unknown: the names of its tensors are of no kind that is known here",
            Format = file is TorchPickleFile ? "torch pickle" : "safetensors",
            Tensors = file.Tensors.Count,
            Parameters = file.Tensors.Values.Sum(tensor => tensor.Count),
            Types = new SortedDictionary<string, int>(file.Tensors.Values.GroupBy(tensor => tensor.TypeName).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal),
            Components = [],
            Ignored = new Dictionary<string, int>(),
            LeftOver = [],
        };
        if (SingleFile.IsSingleFile(file))
        {
            return WithSingleFile(bare);
        }
        if (Any(file, name => MigcCheckpoint.Rename(name) is not null))
        {
            MigcConfig config = ConfigBeside(path) is { } beside ? MigcConfig.Parse(File.ReadAllText(beside), beside) : MigcCheckpoint.ConfigOf(file);
            return WithAdapter(bare, file, FileKind.Migc, MigcCheckpoint.Rename, config, config.Sites.Count, RecordedShapes.Of(weights => new MigcAdapter(weights, config)));
        }
        if (Any(file, name => RadlCheckpoint.Rename(name) is not null))
        {
            string? beside = ConfigBeside(path);
            RadlConfig config = beside is null ? RadlCheckpoint.ConfigOf(file) : RadlConfig.Parse(File.ReadAllText(beside), beside);
            // The published weights lack the learnable bias, which begins at what changes nothing.
            IReadOnlyDictionary<string, long[]> needed = RecordedShapes.Of(weights => new RadlAdapter(weights, config))
                .Where(entry => beside is not null || !RadlCheckpoint.IsOurAddition(entry.Key)).ToDictionary(StringComparer.Ordinal);
            return WithAdapter(bare, file, FileKind.Radl, RadlCheckpoint.Rename, config, config.Sites.Count, needed);
        }
        if (Any(file, name => GligenCheckpoint.Rename(name) is not null))
        {
            GligenConfig config = ConfigBeside(path) is { } beside && IsOurs(beside) ? GligenConfig.Parse(File.ReadAllText(beside), beside) : GligenCheckpoint.ConfigOf(file);
            FileInspection gligen = WithAdapter(bare, file, FileKind.Gligen, GligenCheckpoint.Rename, config, config.Blocks.Count, RecordedShapes.Of(weights => new GligenAdapter(weights, config)));
            // Both publications hold the whole model.
            return gligen with { Ignored = gligen.LeftOver.Count == 0 ? gligen.Ignored : new Dictionary<string, int> { ["the model around the adapter"] = gligen.LeftOver.Count }, LeftOver = [] };
        }
        if (Any(file, IsLora))
        {
            return bare with { Kind = FileKind.Lora, Description = "LoRA: a low-rank change of a model's weights" };
        }
        return ComponentInspection.ComponentOf(file) is { } component
            ? bare with
            {
                Kind = FileKind.Component,
                Description = component == ModelFolder.Clip ? "CLIP in transformers' layout, both towers" : $"{component} of a model in diffusers' layout",
                Components = [ComponentInspection.Of(file, component, ConfigBeside(path))],
            }
            : bare;
    }

    private static FileInspection WithSingleFile(FileInspection bare)
    {
        using SingleFile file = SingleFile.Open(bare.Path);
        return bare with
        {
            Kind = FileKind.SingleFile,
            Description = "Stable Diffusion 1.x in one file, original layout",
            Components = ComponentInspection.Of(file),
            Ignored = file.Ignored,
            LeftOver = file.Others,
        };
    }

    private static FileInspection WithAdapter(
        FileInspection bare, ITensorFile file, FileKind kind, Func<string, string?> rename, LayoutConfig config, int sites, IReadOnlyDictionary<string, long[]> needed)
    {
        var stored = new Dictionary<string, long[]>(StringComparer.Ordinal);
        var others = new List<string>();
        foreach (StoredTensor tensor in file.Tensors.Values)
        {
            if (rename(tensor.Name) is { } name)
            {
                stored[name] = tensor.Shape;
            }
            else
            {
                others.Add(tensor.Name);
            }
        }
        int unused = others.RemoveAll(RadlCheckpoint.IsUnused);
        string sizes = $"{sites} sites, texts of width {config.ContextWidth}, at most {config.Needs.MostInstances} instances";
        return bare with
        {
            Kind = kind,
            Description = $"{LayoutMethods.Of(config.ModelType).Title} adapter",
            Components = [ComponentReport.Compare(config.ModelType, sizes, needed, stored)],
            Ignored = unused == 0 ? bare.Ignored : new Dictionary<string, int> { ["what the released module does not use"] = unused },
            LeftOver = others,
        };
    }

    private static bool IsLora(string name) => name.StartsWith("lora_", StringComparison.Ordinal) || name.Contains(".lora_", StringComparison.Ordinal)
        || name.Contains(".lora.", StringComparison.Ordinal) || name.Contains("_lora.", StringComparison.Ordinal);

    private static bool Any(ITensorFile file, Func<string, bool> rule) => file.Tensors.Keys.Any(rule);

    // Beside a U-Net in diffusers' layout lies the U-Net's own config.
    private static bool IsOurs(string config) => File.ReadAllText(config).Contains("\"model_type\"", StringComparison.Ordinal);

    private static string? ConfigBeside(string path)
    {
        string config = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Config);
        return File.Exists(config) ? config : null;
    }
}
