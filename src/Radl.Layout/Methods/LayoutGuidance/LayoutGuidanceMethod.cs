using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Scenes;

namespace Radl.Layout.Methods.LayoutGuidance;

/// <summary>Layout guidance for one model: nothing is trained. Every word of a label is drawn into the instance's box; masks and strengths are not read.</summary>
public sealed class LayoutGuidanceMethod : LayoutMethod
{
    private readonly UNet2DCondition _unet;
    private readonly LayoutGuidanceOptions _options;

    /// <summary>Prepares the method.</summary>
    /// <param name="unet">The model; stays the caller's.</param>
    /// <param name="options">Null for the defaults. The number of guided steps is that of each binding.</param>
    /// <exception cref="ArgumentException">An option is out of range; the text names it.</exception>
    public LayoutGuidanceMethod(UNet2DCondition unet, LayoutGuidanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(unet);
        _unet = unet;
        _options = options ?? new LayoutGuidanceOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public override MethodNeeds Needs => new() { MostInstances = SceneLimits.Instances, ContextWidth = _unet.Config.CrossAttentionDim, Places = true };

    /// <inheritdoc/>
    public override BoundLayoutGuidance Bind(LayoutConditions conditions, LayoutBinding? binding = null)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        binding ??= new LayoutBinding();
        conditions.Check(Needs, binding.UnconditionalRows);
        return new BoundLayoutGuidance(_unet, conditions.Prompts, GuidedRegion.Of(conditions, place => place.Words), _options with { GuidedSteps = binding.ControlSteps });
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
