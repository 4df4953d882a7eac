using Radl.Diffusion.UNet;
using Radl.Layout.Methods.Energy;
using Radl.Torch;

namespace Radl.Layout.Methods.BoxDiff;

/// <summary>BoxDiff for one model. The noun of every label is drawn into the instance's box.</summary>
public sealed class BoxDiffMethod : EnergyMethod
{
    private readonly BoxDiffOptions _options;

    /// <summary>Prepares the method.</summary>
    /// <param name="unet">The model; stays the caller's.</param>
    /// <param name="options">Null for the defaults. The number of guided steps is that of each binding.</param>
    /// <exception cref="ArgumentException">An option is out of range; the text names it.</exception>
    public BoxDiffMethod(UNet2DCondition unet, BoxDiffOptions? options = null)
        : base(unet)
    {
        _options = options ?? new BoxDiffOptions();
        _options.Validate();
    }

    private protected override IReadOnlyList<int> TokensOf(PromptPlace place) => [place.Noun];

    private protected override IBoundMethod Bind(UNet2DCondition unet, Tensor prompts, IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, int guidedSteps) =>
        new BoundBoxDiff(unet, prompts, regions, _options with { GuidedSteps = guidedSteps });
}
