using System.Collections.Frozen;

namespace Radl.Diffusion.Checkpoints;

/// <summary>What published checkpoints hold beside the parameters that a picture needs, each kind by a rule with a name.</summary>
public static class IgnoredTensors
{
    private static readonly FrozenSet<string> Schedule = new[]
    {
        "betas", "alphas_cumprod", "alphas_cumprod_prev", "sqrt_alphas_cumprod", "sqrt_one_minus_alphas_cumprod", "log_one_minus_alphas_cumprod",
        "sqrt_recip_alphas_cumprod", "sqrt_recipm1_alphas_cumprod", "posterior_variance", "posterior_log_variance_clipped", "posterior_mean_coef1",
        "posterior_mean_coef2", "lvlb_weights",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The name of the rule by which a tensor of a single-file checkpoint is ignored; null for one that is not.</summary>
    /// <param name="name">Its stored name.</param>
    public static string? RuleOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("model_ema.", StringComparison.Ordinal) ? "averaged copy of the U-Net"
            : Schedule.Contains(name) ? "noise schedule"
            : name is "logvar" or "scale_factor" ? "training loss"
            : name.StartsWith("first_stage_model.loss.", StringComparison.Ordinal) ? "training loss of the VAE"
            : name.StartsWith("first_stage_model.model_ema.", StringComparison.Ordinal) ? "averaged copy of the VAE"
            : name.StartsWith("safety_checker.", StringComparison.Ordinal) ? "safety checker"
            : name is "cond_stage_model.logit_scale" or "cond_stage_model.transformer.logit_scale" ? "scale of CLIP's training loss"
            : name is "cond_stage_model.transformer.text_projection.weight" ? "projection of CLIP's training loss"
            : IsPositions(name) ? "position numbers"
            : null;
    }

    /// <summary>0, 1, 2, ...: a constant that transformers stored with the text encoder.</summary>
    internal static bool IsPositions(string name) => name.EndsWith("embeddings.position_ids", StringComparison.Ordinal);
}
