using Radl.Diffusion.Lora;
using Radl.Diffusion.Models;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Lora;

/// <summary>A tiny model with LoRA files in every naming, over the same numbers.</summary>
internal sealed class TinyLora : IDisposable
{
    public const int Rank = 2;
    public const string Query = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_q";
    public const string Out = "mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0";
    public const string Feed = "up_blocks.1.attentions.1.transformer_blocks.0.ff.net.0.proj";
    public const string ProjIn = "down_blocks.1.attentions.0.proj_in";
    public const string Conv = "up_blocks.0.resnets.1.conv1";
    public const string TextQuery = "text_model.encoder.layers.0.self_attn.q_proj";
    public const string TextOut = "text_model.encoder.layers.0.self_attn.out_proj";

    private readonly ScratchFolder _scratch = new();

    public TinyLora(DType dtype = DType.Float32)
    {
        TinyDiffusionModel.Write(_scratch.In("model"));
        Model = DiffusionModel.Open(_scratch.In("model"), dtype, Device.Cpu);
    }

    public static (LoraNetwork Network, string Module)[] Attention { get; } =
        [(LoraNetwork.UNet, Query), (LoraNetwork.UNet, Out), (LoraNetwork.TextEncoder, TextQuery), (LoraNetwork.TextEncoder, TextOut)];

    public static (LoraNetwork Network, string Module)[] All { get; } = [.. Attention, (LoraNetwork.UNet, Feed), (LoraNetwork.UNet, ProjIn), (LoraNetwork.UNet, Conv)];

    public DiffusionModel Model { get; }

    public UNet2DCondition Unet => Model.Unet;

    public ClipTextModel TextEncoder => Model.TextEncoder;

    public Tensor Weight(LoraNetwork network, string module) => (network == LoraNetwork.UNet ? Unet.Parameters : TextEncoder.Parameters)[module + ".weight"];

    /// <summary>All weights of both networks, as bytes.</summary>
    public Dictionary<string, byte[]> Bytes() => Unet.Parameters.Concat(TextEncoder.Parameters).ToDictionary(pair => pair.Key, pair => BytesOf(pair.Value));

    public static byte[] BytesOf(Tensor tensor)
    {
        using var scope = TensorScope.Enter();
        Tensor flat = tensor.Contiguous();
        unsafe
        {
            return new ReadOnlySpan<byte>((void*)flat.DataPointer, checked((int)(flat.Count * flat.DType.Size()))).ToArray();
        }
    }

    /// <summary>Random parts of a layer in the weight's shape: down [r, in, k, k] and up [out, r, 1, 1], or matrices.</summary>
    public (Tensor Down, Tensor Up) Parts(LoraNetwork network, string module, ulong seed)
    {
        long[] shape = Weight(network, module).Shape;
        using var generator = new Generator(seed + (ulong)module.Length);
        bool isKernel = shape.Length == 4;
        return (Tensor.Randn([Rank, .. shape[1..]], generator), Tensor.Randn(isKernel ? [shape[0], Rank, 1, 1] : [shape[0], Rank], generator));
    }

    /// <summary>Writes a file; the name of each tensor is what <paramref name="name"/> makes of network, module and part (down, up, alpha).</summary>
    public string Write(string file, (LoraNetwork Network, string Module)[] modules, Func<LoraNetwork, string, string, string> name, double? alpha, ulong seed = 5)
    {
        using var scope = TensorScope.Enter();
        var tensors = new Dictionary<string, Tensor>();
        foreach ((LoraNetwork network, string module) in modules)
        {
            (tensors[name(network, module, "down")], tensors[name(network, module, "up")]) = Parts(network, module, seed);
            if (alpha is { } value)
            {
                tensors[name(network, module, "alpha")] = Tensor.Full([], value);
            }
        }
        return Write(file, tensors);
    }

    public string Write(string file, Dictionary<string, Tensor> tensors)
    {
        SafetensorsTensors.Save(_scratch.In(file), tensors);
        return _scratch.In(file);
    }

    public static string Kohya(LoraNetwork network, string module, string part) =>
        (network == LoraNetwork.UNet ? "lora_unet_" : "lora_te_") + module.Replace('.', '_') + (part == "alpha" ? ".alpha" : $".lora_{part}.weight");

    public static string Peft(LoraNetwork network, string module, string part) => Prefix(network) + module + (part == "alpha" ? ".alpha" : part == "down" ? ".lora_A.weight" : ".lora_B.weight");

    public static string Diffusers(LoraNetwork network, string module, string part) => Prefix(network) + module + (part == "alpha" ? ".alpha" : $".lora.{part}.weight");

    public static string Linear(LoraNetwork network, string module, string part) => Prefix(network) + module + (part == "alpha" ? ".alpha" : $".lora_linear_layer.{part}.weight");

    public static string Processor(LoraNetwork network, string module, string part)
    {
        string place = module.Replace(".to_out.0", ".to_out", StringComparison.Ordinal)
            .Replace("q_proj", "to_q", StringComparison.Ordinal).Replace("out_proj", "to_out", StringComparison.Ordinal);
        int dot = place.LastIndexOf('.');
        return $"{Prefix(network)}{place[..dot]}{(network == LoraNetwork.UNet ? ".processor" : "")}{place[dot..]}_lora.{part}.weight";
    }

    public void Dispose()
    {
        Model.Dispose();
        _scratch.Dispose();
    }

    private static string Prefix(LoraNetwork network) => network == LoraNetwork.UNet ? "unet." : "text_encoder.";
}
