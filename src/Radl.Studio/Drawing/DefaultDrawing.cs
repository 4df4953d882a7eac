using Radl.Diffusion.Models;
using Radl.Diffusion.Tokenizer;
using Radl.Layout.Generation;
using Radl.Layout.Methods;
using Radl.Layout.Methods.RadlMethod;
using Radl.Layout.Scenes;

namespace Radl.Studio.Drawing;

/// <summary>What a generation that leaves all settings open would warn of, from the default model's vocabulary and config alone. Thread safe.</summary>
internal sealed class DefaultDrawing
{
    private readonly CatalogModel _model;
    private readonly Lazy<(ClipTokenizer Tokenizer, MethodNeeds? Needs)> _parts;

    /// <summary>Reads nothing until it is asked.</summary>
    /// <param name="model">The default model.</param>
    public DefaultDrawing(CatalogModel model)
    {
        _model = model;
        _parts = new Lazy<(ClipTokenizer, MethodNeeds?)>(() =>
        {
            var folder = new ModelFolder(model.Folder);
            string config = Path.Combine(folder.Adapter(LayoutMethods.Radl), LayoutAdapter.ConfigFile);
            return (ClipTokenizer.Load(folder.In("tokenizer")), model.DefaultMethod == LayoutMethods.Radl ? RadlConfig.Parse(File.ReadAllText(config), config).Needs : null);
        });
    }

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> WarningsOf(Scene scene)
    {
        (ClipTokenizer tokenizer, MethodNeeds? needs) = _parts.Value;
        Scene sized = scene with { Width = scene.Width ?? _model.NativeSize, Height = scene.Height ?? _model.NativeSize };
        return SceneWarnings.Of(sized, scene.Instances.Count == 0 ? null : needs, tokenizer);
    }
}
