using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Layout.Scenes;

namespace Radl.Layout.Methods.BoxDiff;

/// <summary>BoxDiff for one model: nothing is trained. The noun of every label is drawn into the instance's box; masks and strengths are not read.</summary>
public sealed class BoxDiffMethod : LayoutMethod
{
    private readonly UNet2DCondition _unet;
    private readonly BoxDiffOptions _options;

    /// <summary>Prepares the method.</summary>
    /// <param name="unet">The model; stays the caller's.</param>
    /// <param name="options">Null for the defaults. The number of guided steps is that of each binding.</param>
    /// <exception cref="ArgumentException">An option is out of range; the text names it.</exception>
    public BoxDiffMethod(UNet2DCondition unet, BoxDiffOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(unet);
        _unet = unet;
        _options = options ?? new BoxDiffOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public override MethodNeeds Needs => new() { MostInstances = SceneLimits.Instances, ContextWidth = _unet.Config.CrossAttentionDim, Places = true };

    /// <inheritdoc/>
    public override BoundBoxDiff Bind(LayoutConditions conditions, LayoutBinding? binding = null)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        binding ??= new LayoutBinding();
        conditions.Check(Needs, binding.UnconditionalRows);
        return new BoundBoxDiff(_unet, conditions.Prompts, GuidedRegion.Of(conditions, place => [place.Noun]), _options with { GuidedSteps = binding.ControlSteps });
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
