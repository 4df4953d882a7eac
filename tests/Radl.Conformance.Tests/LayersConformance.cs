using Radl.Diffusion.Attention;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>Single layers, also on activations so small that a wrong eps of a norm shows.</summary>
public static class LayersConformance
{
    public static void Layers(string name)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var golden = new GoldenCase(name);
        using var root = Weights.Open(golden.PathOf("weights.safetensors"));
        foreach (string output in golden.OutputNames.ToArray())
        {
            string layer = output[..output.LastIndexOf('.')];
            golden.Compare(output, Run(golden, root / layer, layer));
        }
        root.Finish();
        golden.Report();
    }

    private static Tensor Run(GoldenCase golden, Weights weights, string layer)
    {
        Tensor Input(string part) => golden.Input($"{layer}.{part}");
        switch (layer.Replace("_tiny", "", StringComparison.Ordinal))
        {
            case "resnet_unet":
                return new ResnetBlock(weights, 16, 24, 20, 8, 1e-5).Forward(Input("x"), Input("temb").Silu());
            case "resnet_vae":
                return new ResnetBlock(weights, 16, 16, null, 8, 1e-6).Forward(Input("x"));
            case "transformer2d":
                var transformer = new SpatialTransformer(weights, 24, 12, 4, 8, linearProjection: false);
                return transformer.Forward(Input("x"), Pass(transformer.Block, Input("ctx")));
            case "basic_transformer_block":
                var block = new TransformerBlock(weights, 24, 12, 4);
                Tensor tokens = Input("x");
                return block.Forward(tokens, Pass(block, Input("ctx")), (int)tokens.Size(1), 1);
            case "attention_cross":
                var cross = new CrossAttention(weights, 24, 12, 4);
                return cross.Forward(Input("x"), cross.Bind(Input("ctx")));
            case "vae_attention":
                return new VaeAttention(weights, 16, 8).Forward(Input("x"));
            case "clip_layer":
                Tensor x = Input("x");
                Tensor order = Tensor.Arange(0, x.Size(1));
                Tensor mask = Tensor.Zeros([x.Size(1), x.Size(1)]).MaskedFill((order.Unsqueeze(0) - order.Unsqueeze(1)).Gt(0), double.NegativeInfinity);
                return new ClipLayer(weights, new ClipTextConfig { HiddenSize = 24, IntermediateSize = 48, NumAttentionHeads = 4 }.Layer()).Forward(x, mask);
            case "downsample_pad1":
                return new Downsampler(weights, 12, asymmetric: false).Forward(Input("x"));
            case "downsample_pad0_asym":
                return new Downsampler(weights, 12, asymmetric: true).Forward(Input("x"));
            case "upsample":
                return new Upsampler(weights, 12).Forward(Input("x"));
            case "upsample_size_13x7":
                return new Upsampler(weights, 12).Forward(Input("x"), 13, 7);
            case "feedforward_geglu":
                return new FeedForward(weights, 24).Forward(Input("x"));
            case "timestep_embedding":
                return TimeEmbedding.Sinusoids(Input("t"), 32, cosineFirst: true, shift: 0);
            case "timestep_mlp":
                return new TimeEmbedding(weights, 32, 64).Forward(Input("x"));
            default:
                throw new NotSupportedException($"{golden.Name}: layer '{layer}' is not known");
        }
    }

    private static UNetPass Pass(TransformerBlock block, Tensor context) => new(
        Tensor.Zeros([1]),
        new TextContext(new Dictionary<string, KeysValues>(StringComparer.Ordinal) { [block.Site.Name] = block.Site.Attention.Bind(context) }),
        null,
        null,
        UNetOptions.Default,
        0,
        0);
}
