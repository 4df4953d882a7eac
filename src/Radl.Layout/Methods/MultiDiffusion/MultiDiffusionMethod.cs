using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Scenes;

namespace Radl.Layout.Methods.MultiDiffusion;

/// <summary>MultiDiffusion for one model: nothing is trained, every region is denoised under its own prompt.</summary>
public sealed class MultiDiffusionMethod : LayoutMethod
{
    private readonly UNet2DCondition _unet;
    private readonly AutoencoderKl _vae;
    private readonly MultiDiffusionOptions _options;

    /// <summary>Prepares the method.</summary>
    /// <param name="unet">The model's U-Net; stays the caller's.</param>
    /// <param name="vae">Its codec; stays the caller's.</param>
    /// <param name="options">How it steps; null is the reference's way.</param>
    public MultiDiffusionMethod(UNet2DCondition unet, AutoencoderKl vae, MultiDiffusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(unet);
        ArgumentNullException.ThrowIfNull(vae);
        _unet = unet;
        _vae = vae;
        _options = options ?? new MultiDiffusionOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    public override MethodNeeds Needs => NeedsOf(_unet);

    /// <inheritdoc/>
    public override BoundMultiDiffusion Bind(LayoutConditions conditions, LayoutBinding? binding = null) =>
        new(_unet, _vae, conditions, binding ?? new LayoutBinding(), _options);

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
