using Radl.Diffusion.Models;
using Radl.Layout.Methods;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Generation;

/// <summary>Makes pictures of scenes with one model. One scene at a time.</summary>
public sealed class SceneGenerator : IDisposable
{
    private readonly Dictionary<string, LayoutMethod> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<string>> _hashes = new(StringComparer.Ordinal);

    /// <summary>Takes over a model. Adapters are opened from its folder when a scene first needs them.</summary>
    /// <param name="model">Disposed with the generator.</param>
    public SceneGenerator(DiffusionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The model.</summary>
    public DiffusionModel Model { get; }

    /// <summary>Opens a model folder.</summary>
    /// <param name="folder">A folder in diffusers' layout.</param>
    /// <param name="dtype">Type of the U-Net and the adapters.</param>
    /// <param name="device">Where they compute.</param>
    /// <exception cref="IOException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken.</exception>
    /// <exception cref="NotSupportedException">A component or an option is not supported.</exception>
    public static SceneGenerator Open(string folder, DType dtype, Device device) => new(DiffusionModel.Open(folder, dtype, device));

    /// <summary>Computes everything that is constant over steps and seeds. The caller disposes the result, before the generator.</summary>
    /// <exception cref="ArgumentException">The scene or a setting breaks a rule.</exception>
    /// <exception cref="FileNotFoundException">The model has no adapter for the method.</exception>
    public BoundScene Bind(Scene scene, GenerationSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        scene.Validate();
        settings ??= new GenerationSettings();
        settings.Validate();
        bool controlled = settings.Method != LayoutMethods.StableDiffusion
            && (LayoutMethods.Of(settings.Method).ActsWithoutInstances || (scene.Instances.Count > 0 && settings.ResolvedControlSteps > 0));
        return new BoundScene(Model, controlled ? MethodOf(settings.Method) : null, scene, settings);
    }

    /// <summary>The hash of the weights that a method uses. It is computed once, beside the drawing, which needs it last.</summary>
    public Task<string> HashFor(string method)
    {
        if (!_hashes.TryGetValue(method, out Task<string>? hash))
        {
            hash = Task.Run(() => Model.Folder.HashWeights(method));
            _hashes.Add(method, hash);
        }
        return hash;
    }

    /// <summary>Threads that pay for a scene: small ops gain nothing from a second one.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="most">Threads that there are.</param>
    public int ThreadsFor(Scene scene, int most)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return Model.GainsFromThreads(scene.Width ?? Model.NativeSide, scene.Height ?? Model.NativeSide) ? most : 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LayoutMethod method in _methods.Values)
        {
            method.Dispose();
        }
        Model.Dispose();
    }

    private LayoutMethod MethodOf(string name)
    {
        if (!_methods.TryGetValue(name, out LayoutMethod? method))
        {
            method = LayoutMethods.Open(name, Model);
            _methods.Add(name, method);
        }
        return method;
    }
}
