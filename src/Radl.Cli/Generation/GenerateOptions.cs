using Radl.Diffusion.Lora;
using Radl.Layout.Generation;

namespace Radl.Cli.Generation;

/// <summary>The options of <c>generate</c>; null where the user gave none.</summary>
internal sealed record GenerateOptions
{
    private const string DefaultModel = "toybox";

    public required IReadOnlyList<string> Scenes { get; init; }

    public string? Out { get; init; }

    public string? Model { get; init; }

    public string? Method { get; init; }

    public int? Steps { get; init; }

    public int? ControlSteps { get; init; }

    public double? Guidance { get; init; }

    public string? Scheduler { get; init; }

    public long? Seed { get; init; }

    public int Count { get; init; } = 1;

    public string? DType { get; init; }

    public string? Device { get; init; }

    public IReadOnlyList<LoraUse> Loras { get; init; } = [];

    public double? TokenMerging { get; init; }

    public bool VaeTiling { get; init; }

    public bool Overlay { get; init; }

    public bool AttentionMaps { get; init; }

    public bool SaveSteps { get; init; }

    public bool Verbose { get; init; }

    /// <summary>The settings of a scene: what the user gave, else those of the picture that is made again, else the defaults.</summary>
    public GenerationSettings SettingsFor(PictureRecipe? recipe)
    {
        GenerationSettings settings = recipe?.Settings ?? new GenerationSettings();
        return settings with
        {
            Method = Method ?? settings.Method,
            Steps = Steps ?? settings.Steps,
            // Other steps without other control steps keep the default share, not the number.
            ControlSteps = ControlSteps ?? (Steps is null ? settings.ControlSteps : null),
            Guidance = Guidance ?? settings.Guidance,
            Scheduler = Scheduler ?? settings.Scheduler,
            TokenMerging = TokenMerging ?? settings.TokenMerging,
            VaeTiling = VaeTiling || settings.VaeTiling,
        };
    }

    /// <summary>The LoRAs of a scene: those that the user named, else those of the picture that is made again.</summary>
    public IReadOnlyList<LoraUse> LorasFor(PictureRecipe? recipe) => Loras.Count > 0 ? Loras : recipe?.Loras ?? [];

    /// <summary>Which model a scene needs; scenes with equal choices share it.</summary>
    public ModelChoice ModelFor(PictureRecipe? recipe) =>
        new(Model ?? recipe?.Model ?? DefaultModel, DType ?? recipe?.DType ?? "auto", Device ?? recipe?.Device ?? "auto");
}

/// <summary>A model with type and device, by the names that users write.</summary>
internal sealed record ModelChoice(string Model, string DType, string Device);
