using Radl.Diffusion.Models;
using Radl.Diffusion.UNet;
using Radl.Layout.Scenes;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>MultiDiffusion for one model: nothing is trained, every region is denoised under its own prompt.</summary>
public sealed class MultiDiffusionMethod : LayoutMethod
{
    private readonly DiffusionModel _model;
    private readonly MultiDiffusionOptions _options;

    /// <summary>Prepares the method.</summary>
    /// <param name="model">Stays the caller's.</param>
    /// <param name="options">How it steps; null is the reference's way.</param>
    public MultiDiffusionMethod(DiffusionModel model, MultiDiffusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new MultiDiffusionOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    public override MethodNeeds Needs => NeedsOf(_model.Unet);

    /// <inheritdoc/>
    public override BoundMultiDiffusion Bind(LayoutConditions conditions, LayoutBinding? binding = null) =>
        new(_model.Unet, _model.Vae, conditions, binding ?? new LayoutBinding(), _options);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    internal static MethodNeeds NeedsOf(UNet2DCondition unet) => new()
    {
        MostInstances = SceneLimits.Instances,
        ContextWidth = unet.Config.CrossAttentionDim,
        OwnNegatives = true,
        Masks = MaskResize.Area, // A region is what is at least half covered.
    };
}
