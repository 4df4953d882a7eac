namespace Radl.Diffusion.Lora;

/// <summary>The network that a LoRA layer changes.</summary>
public enum LoraNetwork
{
    /// <summary>The denoiser.</summary>
    UNet,

    /// <summary>The text encoder.</summary>
    TextEncoder,
}

/// <summary>What a tensor of a LoRA file is to its layer.</summary>
internal enum LoraPart
{
    Down,
    Up,
    Mid,
    Alpha,
}

/// <summary>The name of a tensor in a LoRA file, read: which layer it belongs to, and as what.</summary>
/// <param name="Network">The network.</param>
/// <param name="Module">The module's name with every dot as an underscore: kohya's files hold no other, and it is unique in these networks.</param>
/// <param name="Part">What the tensor is.</param>
internal sealed record LoraKey(LoraNetwork Network, string Module, LoraPart Part)
{
    // kohya and LoCon; peft; diffusers' own, three generations of it.
    private static readonly (string Suffix, LoraPart Part)[] Suffixes =
    [
        (".lora_down.weight", LoraPart.Down),
        (".lora_up.weight", LoraPart.Up),
        (".lora_mid.weight", LoraPart.Mid),
        (".alpha", LoraPart.Alpha),
        (".lora_A.weight", LoraPart.Down),
        (".lora_B.weight", LoraPart.Up),
        (".lora_A.default.weight", LoraPart.Down),
        (".lora_B.default.weight", LoraPart.Up),
        (".lora.down.weight", LoraPart.Down),
        (".lora.up.weight", LoraPart.Up),
        (".lora_linear_layer.down.weight", LoraPart.Down),
        (".lora_linear_layer.up.weight", LoraPart.Up),
        (ProcessorDown, LoraPart.Down),
        (ProcessorUp, LoraPart.Up),
    ];

    private const string ProcessorDown = "_lora.down.weight";
    private const string ProcessorUp = "_lora.up.weight";

    private static readonly (string Prefix, LoraNetwork Network)[] Prefixes =
    [
        ("lora_unet_", LoraNetwork.UNet),
        ("lora_te_", LoraNetwork.TextEncoder),
        ("unet.", LoraNetwork.UNet),
        ("text_encoder.", LoraNetwork.TextEncoder),
    ];

    /// <summary>Reads a name, or gives null for one of no known form.</summary>
    public static LoraKey? TryParse(string key)
    {
        (string suffix, LoraPart part) = Suffixes.FirstOrDefault(entry => key.EndsWith(entry.Suffix, StringComparison.Ordinal));
        if (suffix is null)
        {
            return null;
        }
        string module = key[..^suffix.Length];
        const string Wrapper = "base_model.model.";
        module = module.StartsWith(Wrapper, StringComparison.Ordinal) ? module[Wrapper.Length..] : module;
        (string prefix, LoraNetwork network) = Prefixes.FirstOrDefault(entry => module.StartsWith(entry.Prefix, StringComparison.Ordinal));
        // The first files of diffusers held one network's layers without its name.
        network = prefix is null && module.StartsWith("text_model.", StringComparison.Ordinal) ? LoraNetwork.TextEncoder : network;
        module = module[(prefix?.Length ?? 0)..];
        if (suffix is ProcessorDown or ProcessorUp)
        {
            module = OfProcessor(module, network);
        }
        return module.Length == 0 ? null : new LoraKey(network, Flat(module), part);
    }

    /// <summary>A module's name as this type holds it.</summary>
    public static string Flat(string module) => module.Replace('.', '_');

    // Attention processors named their layers after the projections of the U-Net, in both networks.
    private static string OfProcessor(string module, LoraNetwork network)
    {
        int dot = module.LastIndexOf('.');
        string place = module[..Math.Max(dot, 0)];
        place = place.EndsWith(".processor", StringComparison.Ordinal) ? place[..^".processor".Length] : place;
        string projection = (module[(dot + 1)..], network) switch
        {
            ("to_out", LoraNetwork.UNet) => "to_out.0",
            ("to_out", LoraNetwork.TextEncoder) => "out_proj",
            ("to_q", LoraNetwork.TextEncoder) => "q_proj",
            ("to_k", LoraNetwork.TextEncoder) => "k_proj",
            ("to_v", LoraNetwork.TextEncoder) => "v_proj",
            (string same, _) => same,
        };
        return $"{place}.{projection}";
    }
}
