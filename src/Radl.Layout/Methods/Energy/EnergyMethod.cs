using Radl.Diffusion.UNet;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Layout.Methods.Energy;

/// <summary>A method that trains nothing and moves latents down an energy of the prompt's attention; masks and strengths are not read.</summary>
public abstract class EnergyMethod : LayoutMethod
{
    private readonly UNet2DCondition _unet;

    private protected EnergyMethod(UNet2DCondition unet)
    {
        ArgumentNullException.ThrowIfNull(unet);
        _unet = unet;
    }

    /// <inheritdoc/>
    public override MethodNeeds Needs => new() { MostInstances = SceneLimits.Instances, ContextWidth = _unet.Config.CrossAttentionDim, Places = true };

    /// <inheritdoc/>
    public override IBoundMethod Bind(LayoutConditions conditions, LayoutBinding? binding = null)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        binding ??= new LayoutBinding();
        conditions.Check(Needs, binding.UnconditionalRows);
        return Bind(_unet, conditions.Prompts, GuidedRegion.Of(conditions, TokensOf), binding.ControlSteps);
    }

    /// <inheritdoc/>
    public override void Dispose() => GC.SuppressFinalize(this);

    // Which of an instance's tokens are placed.
    private protected abstract IReadOnlyList<int> TokensOf(PromptPlace place);

    private protected abstract IBoundMethod Bind(UNet2DCondition unet, Tensor prompts, IReadOnlyList<IReadOnlyList<GuidedRegion>> regions, int guidedSteps);
}
