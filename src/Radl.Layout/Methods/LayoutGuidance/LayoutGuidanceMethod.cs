using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Methods.LayoutGuidance;

/// <summary>Layout guidance for one model. Every word of a label is drawn into the instance's box.</summary>
public sealed class LayoutGuidanceMethod : EnergyMethod
{
    private readonly LayoutGuidanceOptions _options;

    /// <summary>Prepares the method.</summary>
    /// <param name="unet">The model; stays the caller's.</param>
    /// <param name="options">Null for the defaults. The number of guided steps is that of each binding.</param>
    /// <exception cref="ArgumentException">An option is out of range; the text names it.</exception>
    public LayoutGuidanceMethod(UNet2DCondition unet, LayoutGuidanceOptions? options = null)
        : base(unet)
    {
        _options = options ?? new LayoutGuidanceOptions();
        _options.Validate();
    }

    private protected override IReadOnlyList<int> TokensOf(PromptPlace place) => place.Words;

    private protected override IBoundMethod Bind(UNet2DCondition unet, Tensor prompts, IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, int guidedSteps) =>
        new BoundLayoutGuidance(unet, prompts, regions, _options with { GuidedSteps = guidedSteps });
}
