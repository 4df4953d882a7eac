using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods;

/// <summary>A small site with seeded weights, and scenes of random text states for it.</summary>
internal sealed class MethodWorld : IDisposable
{
    public const string SiteName = "mid_block.attentions.0.transformer_blocks.0.attn2";
    public const int Side = 8;
    public const int Pixels = Side * Side;
    public const long Channels = 16;
    public const long Width = 12;

    private readonly Weights _frozen = Weights.From(new FreshWeights(1));
    private readonly List<InstanceAdapter> _adapters = [];

    public MethodWorld() => Site = new AttentionSite(SiteName, new CrossAttention(_frozen / "attn2", Channels, Width, 4));

    public AttentionSite Site { get; }

    public static RadlConfig Config { get; } = new()
    {
        Sites = [new RadlSiteConfig(SiteName, Channels, 4, Side, Side)],
        ContextWidth = Width,
        PositionHidden = 24,
        GateReduction = 4,
    };

    public static MigcConfig MigcConfig { get; } = new()
    {
        Sites = [new LayoutSite(SiteName, Channels, 4)],
        ContextWidth = Width,
        PositionHidden = 24,
        GateReduction = 4,
    };

    /// <summary>Frozen parameters of the site.</summary>
    public IEnumerable<Tensor> Frozen => _frozen.Taken.Values;

    /// <summary>A fresh adapter; unless told otherwise its zero-initialised projection is perturbed, so that everything takes part.</summary>
    public RadlAdapter Adapter(RadlConfig? config = null, bool trained = true)
    {
        RadlAdapter adapter = RadlAdapter.Create(config ?? Config, 7);
        _adapters.Add(adapter);
        if (trained)
        {
            using var scope = TensorScope.Enter();
            using var generator = new Generator(11);
            foreach ((string name, Tensor parameter) in adapter.Parameters)
            {
                if (name.Contains(".ae.to_out.", StringComparison.Ordinal) || name.EndsWith(".ae.query", StringComparison.Ordinal))
                {
                    parameter.CopyFrom(Tensor.Randn(parameter.Shape, generator));
                }
                if (name.EndsWith(".gate", StringComparison.Ordinal))
                {
                    parameter.FillInPlace(0.5);
                }
            }
        }
        return adapter;
    }

    /// <summary>A fresh MIGC adapter; nothing in it begins at zero.</summary>
    public MigcAdapter Migc(MigcConfig? config = null)
    {
        var adapter = MigcAdapter.Create(config ?? MigcConfig, 7);
        _adapters.Add(adapter);
        return adapter;
    }

    /// <summary>An adapter of another config with the parameters that both have.</summary>
    public RadlAdapter Like(RadlAdapter other, RadlConfig config)
    {
        RadlAdapter adapter = Adapter(config);
        foreach ((string name, Tensor parameter) in adapter.Parameters)
        {
            if (other.Parameters.TryGetValue(name, out Tensor? known) && known.Shape.SequenceEqual(parameter.Shape))
            {
                parameter.CopyFrom(known);
            }
        }
        return adapter;
    }

    /// <summary>Scenes of given boxes; texts depend on the seed and on their place in it.</summary>
    public static LayoutConditions Scenes(ulong seed, params LayoutBox[][] scenes)
    {
        using var generator = new Generator(seed);
        var boxes = scenes.SelectMany(scene => scene).ToArray();
        var masks = new float[boxes.Length * Pixels];
        var background = new float[scenes.Length * Pixels];
        Array.Fill(background, 1);
        for (int b = 0, s = 0; b < scenes.Length; b++)
        {
            for (int k = 0; k < scenes[b].Length; k++, s++)
            {
                for (int p = 0; p < Pixels; p++)
                {
                    if (Holds(boxes[s], p))
                    {
                        masks[(s * Pixels) + p] = 1;
                        background[(b * Pixels) + p] = 0;
                    }
                }
            }
        }
        return new LayoutConditions
        {
            Counts = scenes.Select(scene => scene.Length).ToArray(),
            Prompts = Tensor.Randn([scenes.Length, 7, Width], generator),
            Negative = Tensor.Randn([1, 7, Width], generator),
            Labels = Tensor.Randn([boxes.Length, 7, Width], generator),
            Pooled = Tensor.Randn([boxes.Length, Width], generator),
            Verbs = Tensor.Randn([scenes.Length, 6, Width], generator),
            Boxes = boxes,
            Masks = Tensor.From<float>(masks, boxes.Length, Side, Side),
            Background = Tensor.From<float>(background, scenes.Length, Side, Side),
        };
    }

    public static bool Holds(LayoutBox box, int pixel)
    {
        int row = pixel / Side;
        int column = pixel % Side;
        return column >= (int)(Side * box.X1) && column < (int)(Side * box.X2) && row >= (int)(Side * box.Y1) && row < (int)(Side * box.Y2);
    }

    public static Tensor Image(ulong seed, int rows)
    {
        using var generator = new Generator(seed);
        return Tensor.Randn([rows, Pixels, Channels], generator);
    }

    public static LayoutBox[] Two { get; } = [new(0.0, 0.0, 0.5, 0.5), new(0.5, 0.25, 1.0, 1.0)];

    public static LayoutBox[] Three { get; } = [new(0.0, 0.0, 0.5, 0.5), new(0.25, 0.25, 0.75, 0.75), new(0.8, 0.8, 0.9, 0.85)];

    /// <summary>One scene of a batch by itself.</summary>
    public static LayoutConditions Alone(LayoutConditions batch, int scene, int first, int count) => batch with
    {
        Counts = [count],
        Prompts = batch.Prompts.Narrow(0, scene, 1),
        Verbs = batch.Verbs!.Narrow(0, scene, 1),
        Background = batch.Background.Narrow(0, scene, 1),
        Labels = batch.Labels.Narrow(0, first, count),
        Pooled = batch.Pooled.Narrow(0, first, count),
        Masks = batch.Masks.Narrow(0, first, count),
        Boxes = [.. batch.Boxes.Skip(first).Take(count)],
    };

    /// <summary>Asserts that two tensors are equal but for the order of sums.</summary>
    public static void Close(Tensor actual, Tensor expected) =>
        Assert.InRange(actual.MaxDifference(expected) / Math.Max(1, expected.Abs().Max().Item()), 0, 2e-6);

    /// <summary>The site's output under an adapter.</summary>
    public Tensor Attend(InstanceAdapter adapter, LayoutConditions conditions, Tensor image, LayoutBinding? binding = null, LayoutTrace? trace = null)
    {
        using BoundLayout bound = adapter.Bind(conditions, binding);
        bound.Trace = trace;
        return bound.Attend(Site, image, Side, Side)!;
    }

    /// <summary>The site's output without an adapter.</summary>
    public Tensor Plain(Tensor image, Tensor text) => Site.Attention.Forward(image, Site.Attention.Bind(text));

    public void Dispose()
    {
        _adapters.ForEach(adapter => adapter.Dispose());
        _frozen.Dispose();
    }
}
