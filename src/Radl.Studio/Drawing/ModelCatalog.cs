using System.Text.Json;
using Microsoft.Extensions.Logging;
using Radl.Diffusion.Models;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Toybox.Text;

namespace Radl.Studio.Drawing;

/// <summary>A model that the server lists.</summary>
/// <param name="Name">The name that requests use.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="NativeSize">Side of the pictures that it was trained on, in pixels.</param>
/// <param name="Methods">Layout methods that it can use.</param>
/// <param name="HasDetector">Whether a detector reads its pictures.</param>
/// <param name="Guidance">The guidance scale that suits it, or null.</param>
/// <param name="DecoderChannels">Channels of the decoder at full size.</param>
public sealed record CatalogModel(string Name, string Folder, int NativeSize, IReadOnlyList<string> Methods, bool HasDetector, double? Guidance, int DecoderChannels)
{
    /// <summary>The method of requests that name none.</summary>
    public string DefaultMethod => Methods.Contains(LayoutMethods.Radl) ? LayoutMethods.Radl : LayoutMethods.StableDiffusion;
}

/// <summary>The models that requests may name: those that lay in the searched places when the server started. No request can name a path.</summary>
public sealed class ModelCatalog
{
    private const string WordEnd = "</w>";

    private ModelCatalog(IReadOnlyList<CatalogModel> models, CatalogModel first)
    {
        Models = models;
        Default = first;
    }

    /// <summary>All models, by name.</summary>
    public IReadOnlyList<CatalogModel> Models { get; }

    /// <summary>The model of requests that name none.</summary>
    public CatalogModel Default { get; }

    /// <summary>Lists what is there.</summary>
    /// <param name="locator">Where models are searched.</param>
    /// <param name="model">Name or folder of the default model.</param>
    /// <param name="log">Told of folders that cannot be read; they are left out.</param>
    /// <exception cref="DirectoryNotFoundException">The default model is not there.</exception>
    public static ModelCatalog Read(ModelLocator locator, string model, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(locator);
        LocatedModel chosen = locator.Find(model);
        CatalogModel first = Describe(chosen);
        var models = new List<CatalogModel> { first };
        foreach (LocatedModel located in locator.List().Where(other => other.Name != chosen.Name))
        {
            try
            {
                models.Add(Describe(located));
            }
            catch (Exception error) when (error is IOException or InvalidDataException or FormatException or NotSupportedException or JsonException or UnauthorizedAccessException)
            {
                log.LogWarning("model {Model} is left out: {Reason}", located.Name, error.Message);
            }
        }
        return new ModelCatalog([.. models.OrderBy(entry => entry.Name, StringComparer.Ordinal)], first);
    }

    /// <summary>The model of a name, or null.</summary>
    public CatalogModel? Find(string name) => Models.FirstOrDefault(model => model.Name == name);

    private static CatalogModel Describe(LocatedModel located)
    {
        var folder = new ModelFolder(located.Folder);
        UNetConfig unet = UNetConfig.Read(folder.In("unet", "config.json"));
        VaeConfig vae = VaeConfig.Read(folder.In("vae", "config.json"));
        IReadOnlyList<string> adapters = folder.Adapters();
        string[] methods = [.. LayoutMethods.All.Where(method => !method.IsTrained || adapters.Contains(method.Name)).Select(method => method.Name)];
        return new CatalogModel(located.Name, located.Folder, unet.SampleSize * vae.Factor, methods, SpeaksToybox(folder), folder.Guidance, vae.BlockOutChannels[0]);
    }

    // The detector knows the toybox's things alone, and so does a model whose every word is one of that world.
    private static bool SpeaksToybox(ModelFolder folder)
    {
        string path = folder.In("tokenizer", "vocab.json");
        if (!File.Exists(path))
        {
            return false;
        }
        using JsonDocument vocabulary = JsonDocument.Parse(File.ReadAllBytes(path));
        string[] words = [.. vocabulary.RootElement.EnumerateObject().Select(entry => entry.Name)
            .Where(name => name.EndsWith(WordEnd, StringComparison.Ordinal) && name.Length > WordEnd.Length + 2).Select(name => name[..^WordEnd.Length])];
        return words.Contains("striped") && ToyVocabulary.Words.Where(word => word.Length > 2).All(words.Contains) && words.Length < 2 * ToyVocabulary.Words.Count;
    }
}
