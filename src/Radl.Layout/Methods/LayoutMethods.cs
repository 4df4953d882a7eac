using Radl.Diffusion.Models;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods.BoxDiff;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.LayoutGuidance;
using Radl.Layout.Methods.MultiDiffusion;

namespace Radl.Layout.Methods;

/// <summary>The layout methods by name.</summary>
public static class LayoutMethods
{
    /// <summary>RaDL: instances and relations.</summary>
    public const string Radl = "radl";

    /// <summary>MIGC: instances, without relations.</summary>
    public const string Migc = "migc";

    /// <summary>GLIGEN: instances as tokens beside the picture's, without relations.</summary>
    public const string Gligen = "gligen";

    /// <summary>BoxDiff: the latents go down an energy of the labels' nouns.</summary>
    public const string BoxDiff = "boxdiff";

    /// <summary>Layout guidance: the latents go down an energy of the labels' words.</summary>
    public const string LayoutGuidance = "layout-guidance";

    /// <summary>MultiDiffusion: every region is denoised under its own prompt.</summary>
    public const string MultiDiffusion = "multidiffusion";

    /// <summary>Plain Stable Diffusion: the prompt alone.</summary>
    public const string StableDiffusion = "sd";

    /// <summary>All methods, the default first.</summary>
    public static IReadOnlyList<LayoutMethodFacts> All { get; } =
    [
        new(Radl, "RaDL", "Trained. Instances in their boxes with enhanced attributes, and the prompt's verbs.", 1.0 / 2)
        {
            IsTrained = true,
            HasAttentionMaps = true,
        },
        new(Migc, "MIGC", "Trained. Instances in their boxes; relations are left to the prompt.", 1.0 / 2)
        {
            IsTrained = true,
            HasAttentionMaps = true,
        },
        new(Gligen, "GLIGEN", "Trained. Every block reads labels and boxes as tokens beside the picture's; later steps are the prompt's alone.", GligenAdapter.UsualShare)
        {
            IsTrained = true,
            RoundsDown = true,
        },
        new(BoxDiff, "BoxDiff", "Training-free. Before each of the first steps the picture is pushed so that attention to an instance's noun fills its box and stays in it.", 1.0 / 2),
        new(LayoutGuidance, "Layout guidance", "Training-free. Before each of the first steps the picture is pushed, up to five times, until attention to an instance's words lies in its box.", 10.0 / 51),
        new(MultiDiffusion, "MultiDiffusion", "Training-free. Every instance is denoised by itself, and the results are averaged; pictures wider than the model's grow in windows.", 2.0 / 5)
        {
            ActsWithoutInstances = true,
            NeedsSingleStep = true,
        },
        new(StableDiffusion, "Stable Diffusion", "The prompt alone; boxes are ignored.", 0),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(method => method.Name)];

    /// <summary>A method's facts.</summary>
    /// <exception cref="ArgumentException">No method has the name.</exception>
    public static LayoutMethodFacts Of(string name) =>
        All.FirstOrDefault(method => method.Name == name) ?? throw new ArgumentException($"method '{name}' is not one of {string.Join(", ", Names)}", nameof(name));

    /// <summary>Opens a method for a model: its adapter in the model's folder. The caller disposes the result, before the model.</summary>
    /// <exception cref="ArgumentException">No method that controls anything has the name.</exception>
    /// <exception cref="FileNotFoundException">The model has no adapter for the method.</exception>
    /// <exception cref="InvalidDataException">The adapter is broken, or another method's.</exception>
    public static LayoutMethod Open(string name, DiffusionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(name) switch
        {
            { IsTrained: true } => Adapter(name, model),
            _ => TrainingFree(name, model.Unet, model.Vae),
        };
    }

    /// <summary>Prepares a method without parameters of its own. The caller disposes the result, before the model.</summary>
    /// <param name="name">The method.</param>
    /// <param name="unet">The model's U-Net.</param>
    /// <param name="vae">Its codec.</param>
    /// <exception cref="ArgumentException">No such method has the name.</exception>
    public static LayoutMethod TrainingFree(string name, UNet2DCondition unet, AutoencoderKl vae) => name switch
    {
        BoxDiff => new BoxDiffMethod(unet),
        LayoutGuidance => new LayoutGuidanceMethod(unet),
        MultiDiffusion => new MultiDiffusionMethod(unet, vae),
        _ => throw new ArgumentException($"method '{name}' is not one that needs no adapter", nameof(name)),
    };

    private static LayoutAdapter Adapter(string name, DiffusionModel model)
    {
        string folder = model.Folder.Adapter(name);
        if (!Directory.Exists(folder))
        {
            throw new FileNotFoundException($"{model.Folder.Path} has no adapter for method '{name}' (adapters/{name}); use --method sd, or another model", folder);
        }
        LayoutAdapter adapter = LayoutAdapter.Open(folder, model.DType, model.Device);
        if (adapter.Config.ModelType != name)
        {
            adapter.Dispose();
            throw new InvalidDataException($"{folder}: the adapter is one of method '{adapter.Config.ModelType}', its folder says '{name}'");
        }
        return adapter;
    }
}
