using Radl.Diffusion.Attention;
using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Gligen;

/// <summary>A tiny U-Net with seeded weights and adapters for it.</summary>
internal sealed class GligenWorld : IDisposable
{
    private readonly List<GligenAdapter> _adapters = [];

    public GligenWorld() => Config = GligenConfig.For(Unet) with { PositionHidden = 24 };

    public UNet2DCondition Unet { get; } = new(Weights.From(new FreshWeights(1)), TinyDiffusionModel.UNet);

    public GligenConfig Config { get; }

    /// <summary>A fresh adapter; unless told otherwise its gates and null features, which begin at zero, are not.</summary>
    public GligenAdapter Adapter(bool trained = true)
    {
        GligenAdapter adapter = GligenAdapter.Create(Config, 7);
        _adapters.Add(adapter);
        using var scope = TensorScope.Enter();
        using var generator = new Generator(11);
        foreach ((string name, Tensor parameter) in adapter.Parameters)
        {
            if (trained && (name.Contains(".alpha_", StringComparison.Ordinal) || name.Contains(".null_", StringComparison.Ordinal)))
            {
                parameter.CopyFrom(Tensor.Randn(parameter.Shape, generator) + 0.5);
            }
        }
        return adapter;
    }

    /// <summary>Scenes of given boxes; texts depend on the seed and on their place in it.</summary>
    public LayoutConditions Scenes(ulong seed, params LayoutBox[][] scenes)
    {
        using var generator = new Generator(seed);
        LayoutBox[] boxes = [.. scenes.SelectMany(scene => scene)];
        return new LayoutConditions
        {
            Counts = [.. scenes.Select(scene => scene.Length)],
            Prompts = Tensor.Randn([scenes.Length, 5, Config.ContextWidth], generator),
            Negative = Tensor.Randn([1, 5, Config.ContextWidth], generator),
            Labels = Tensor.Randn([boxes.Length, 5, Config.ContextWidth], generator),
            Pooled = Tensor.Randn([boxes.Length, Config.ContextWidth], generator),
            Boxes = boxes,
            Masks = Tensor.Zeros([boxes.Length, 8, 8]),
            Background = Tensor.Ones([scenes.Length, 8, 8]),
        };
    }

    public Tensor Latents(ulong seed, int rows)
    {
        using var generator = new Generator(seed);
        return Tensor.Randn([rows, Unet.Config.InChannels, 8, 8], generator);
    }

    /// <summary>The U-Net's prediction, under a control or plain.</summary>
    public Tensor Predict(Tensor latents, LayoutConditions conditions, IAttentionControl? control, bool withUnconditional = false)
    {
        Tensor texts = withUnconditional
            ? Tensor.Cat([conditions.Negative!.Expand(conditions.Counts.Count, -1, -1), conditions.Prompts], 0)
            : conditions.Prompts;
        return Unet.Forward(latents, Tensor.From(500L), Unet.BindText(texts), control);
    }

    public void Dispose()
    {
        _adapters.ForEach(adapter => adapter.Dispose());
        Unet.Dispose();
    }
}
