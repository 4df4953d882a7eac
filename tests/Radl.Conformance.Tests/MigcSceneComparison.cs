using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Regions;
using Radl.Layout.Scenes;
using Radl.Torch;

namespace Radl.Conformance.Tests;

/// <summary>
/// One scene of the <c>migc</c> or <c>migc_plus</c> case, in the references' order of phases: background, instances, layout, null; MIGC++ has no background.
/// </summary>
internal sealed class MigcSceneComparison
{
    private readonly GoldenCase _golden;
    private readonly HashSet<string> _compared;
    private readonly string _scene;
    private readonly LayoutSite _site;
    private readonly long _width;
    private readonly bool _isPlus;
    private readonly int _instances;
    private readonly int _height;
    private readonly int _columns;

    public MigcSceneComparison(GoldenCase golden, HashSet<string> compared, string scene, MigcConfig config)
    {
        _golden = golden;
        _compared = compared;
        _scene = scene;
        _site = config.Sites[0];
        _width = config.ContextWidth;
        _isPlus = config.Variant == MigcVariant.PlusPlus;
        long[] size = golden.Input(scene + ".height_width").ToArray<long>();
        (_height, _columns) = ((int)size[0] / 16, (int)size[1] / 16);
        _instances = (int)golden.Input(scene + ".guidance_mask").Size(1);
    }

    /// <summary>Whether the picture is as high as wide.</summary>
    public bool IsSquare => _height == _columns;

    private int Pixels => _height * _columns;

    /// <summary>Masks and boxes of the scene, drawn by us, against those that the reference's layer was given.</summary>
    public void Regions()
    {
        using var scope = TensorScope.Enter();
        int[] size = Array.ConvertAll(_golden.Input(_scene + ".height_width").ToArray<long>(), side => (int)side);
        double[][] boxes = [.. _golden.Input(_scene + ".bboxes_xyxy").ToArray<double>().Chunk(4)];
        bool[][]? marks = _golden.HasInput(_scene + ".masks") ? [.. _golden.Input(_scene + ".masks").ToArray<byte>().Select(mark => mark != 0).Chunk(size[0] * size[1])] : null;
        SceneInstance[] instances = [.. boxes.Select((box, k) => new SceneInstance
        {
            Label = "x",
            Box = new NormalizedBox(box[0], box[1], box[2], box[3]),
            Mask = marks is null ? null : new ImageShape(size[1], size[0], marks[k]),
        })];
        Assert.All(instances.Where(instance => instance.Mask is not null), instance =>
            Assert.Equal(instance.Box, RegionRaster.LastPixelBounds(RegionRaster.Shape(instance.Mask!, size[1], size[0]))));
        RegionMasks masks = RegionMasks.Of(instances, size[1], size[0]);
        Assert.Equal(_golden.Input(_scene + ".guidance_mask").ToArray<float>(), masks.Instances);
        Assert.Equal(_golden.Input(_scene + ".supplement_mask").ToArray<float>(), masks.Background);
    }

    /// <summary>The module on text cross-attention that is given, with everything that it computes on the way.</summary>
    public void Layer(MigcAdapter adapter)
    {
        using var scope = TensorScope.Enter();
        (Tensor result, LayoutTrace trace) = Given(adapter, "randperm", strengths: null);
        Compare("out", result.Unsqueeze(0));
        Compare("mod.sac.0", trace.Fused!.Unsqueeze(0));
        Compare("mod.pos_net", trace.Positions!.Unsqueeze(1));
        Compare("mod.norm", trace.Normalised!.Expand(_instances, -1, -1));
        Compare("mod.ea.0", trace.InstanceAttention!);
        Compare("mod.ea.1", trace.InstanceProbabilities!.Permute(0, 2, 1, 3));
        Compare("mod.la", trace.Layout!);
        if (_isPlus)
        {
            double gamma = adapter.Parameters[$"{_site.Name}.migc.gamma"].Item();
            Compare("mod.refined_shader", result - (trace.Fused! * Math.Tanh(gamma)));
        }
        else
        {
            GatesOfPhases(trace);
        }
        Compare("mod.sac.conv2", trace.Maps!.IndexSelect(0, Order).Reshape(-1, 1, _height, _columns));
        Compare("mod.sac.cbam2.ChannelGate", trace.GatedSlots!.Reshape(1, -1, _height, _columns));
        Compare("mod.sac.cbam2", trace.Slots!.Reshape(1, -1, _height, _columns));
        Compare("mod.sac.1", Weights(trace).Unsqueeze(2).Unsqueeze(0));
        CompareInfo("fuser.", trace);
    }

    /// <summary>MIGC++'s module with another factor of the shading.</summary>
    /// <param name="adapter">With that factor in its config.</param>
    public void GammaScaled(MigcAdapter adapter)
    {
        using var scope = TensorScope.Enter();
        Compare("gamma_scaled.out", Given(adapter, "gamma_scaled.randperm", strengths: null).Result.Unsqueeze(0));
    }

    /// <summary>The module with strengths per instance.</summary>
    public void Scaled(MigcAdapter adapter)
    {
        using var scope = TensorScope.Enter();
        (Tensor result, LayoutTrace trace) = Given(
            adapter, "scaled.randperm", [.. Enumerable.Range(0, _instances).Select(i => new LayoutStrength(0.5 + (0.3 * i), 1.5 - (0.2 * i), 0.8 + (0.15 * i)))]);
        Compare("scaled.out", result.Unsqueeze(0));
        CompareInfo("scaled.fuser.", trace);
    }

    /// <summary>The fuser without parameters on text cross-attention that is given.</summary>
    public void Fuser(MigcAdapter adapter)
    {
        using var scope = TensorScope.Enter();
        var told = new ToldAttention(Image, Attended, _width);
        using BoundLayout bound = adapter.Bind(Conditions(told.Context), new LayoutBinding { ControlSteps = 0, NaiveFuserSteps = 1 });
        Compare(_isPlus ? "refined_shader.out" : "naive_fuser.out", bound.ForStep(1)!.Attend(new AttentionSite(_site.Name, told.Attention), Image, _height, _columns)!);
        told.Dispose();
    }

    /// <summary>The official call rule on a real text cross-attention: the module, the fuser, neither, and another site.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="attention">The text cross-attention.</param>
    /// <param name="isLayerRecorded">Whether the reference recorded the steps of the module.</param>
    public void Processor(MigcAdapter adapter, CrossAttention attention, bool isLayerRecorded = true)
    {
        using var scope = TensorScope.Enter();
        Tensor hidden = _golden.Input(_scene + ".proc.hidden_states");
        Tensor texts = _golden.Input(_scene + ".proc.encoder_hidden_states");
        LayoutConditions conditions = Conditions(texts.Narrow(0, 1, _instances + 1)) with { Negative = texts.Narrow(0, 0, 1) };
        using BoundLayout bound = adapter.Bind(conditions, new LayoutBinding
        {
            UnconditionalRows = 1,
            ControlSteps = 10,
            NaiveFuserSteps = 20,
            Permutation = isLayerRecorded ? Permutation("proc.migc.randperm") : null,
        });
        var site = new AttentionSite(_site.Name, attention);
        if (isLayerRecorded)
        {
            Compare("proc.migc.out", bound.ForStep(3)!.Attend(site, hidden, _height, _columns)!);
            Compare("proc.migc.out", bound.ForStep(10)!.Attend(site, hidden, _height, _columns)!);
        }
        string fuser = _isPlus ? "refined" : "naive";
        Compare($"proc.{fuser}.out", bound.ForStep(11)!.Attend(site, hidden, _height, _columns)!);
        Compare($"proc.{fuser}_at_not_use.out", bound.ForStep(3)!.Attend(site with { Name = "elsewhere" }, hidden, _height, _columns)!);
        Assert.Null(bound.ForStep(21));
        Compare("proc.vanilla.out", attention.Forward(hidden, attention.Bind(texts.Narrow(0, 0, 2))));
    }

    private Tensor Image => _golden.Input(_scene + ".image_token").Select(1, 0);

    private Tensor Attended => _golden.Input(_scene + ".ca_x").Squeeze(0);

    // [background, instances, layout, null] among our maps [background, layout, instances, null].
    private Tensor Order
    {
        get
        {
            long layout = _isPlus ? 0 : 1;
            long[] background = _isPlus ? [] : [0];
            return Tensor.From((long[])[.. background, .. Enumerable.Range(1, _instances).Select(i => layout + i), layout, layout + _instances + 1]);
        }
    }

    private (Tensor Result, LayoutTrace Trace) Given(MigcAdapter adapter, string permutation, LayoutStrength[]? strengths)
    {
        var trace = new LayoutTrace();
        using var told = new ToldAttention(Image, Attended, _width);
        using BoundLayout bound = adapter.Bind(
            Conditions(told.Context) with { Strengths = strengths },
            new LayoutBinding { EveryPixel = true, Permutation = Permutation(permutation) });
        bound.Trace = trace;
        return (bound.Attend(new AttentionSite(_site.Name, told.Attention), Image, _height, _columns)!, trace);
    }

    private LayoutConditions Conditions(Tensor texts)
    {
        float[] sides = _golden.Input(_scene + ".box_x1x2y1y2").ToArray<float>();
        return new LayoutConditions
        {
            Counts = [_instances],
            Prompts = texts.Narrow(0, 0, 1),
            Labels = texts.Narrow(0, 1, _instances),
            Pooled = _golden.Input(_scene + ".context_pooler").Squeeze(1).Narrow(0, 1, _instances),
            Boxes = [.. Enumerable.Range(0, _instances).Select(k => new LayoutBox(sides[4 * k], sides[(4 * k) + 2], sides[(4 * k) + 1], sides[(4 * k) + 3]))],
            Masks = _golden.Input(_scene + ".guidance_mask").Squeeze(0),
            Background = _golden.Input(_scene + ".supplement_mask").Squeeze(0),
        };
    }

    private int[] Permutation(string input) => Array.ConvertAll(_golden.Input($"{_scene}.{input}").ToArray<long>(), slot => (int)slot);

    private void GatesOfPhases(LayoutTrace trace)
    {
        Compare("mod.sac.conv1", Planes(Mixed(trace)));
        Tensor gated = Mixed(trace) * trace.ChannelGates!.IndexSelect(0, Order).Unsqueeze(1);
        Compare("mod.sac.cbam1.ChannelGate", Planes(gated));
        Compare("mod.sac.cbam1", Planes(gated * trace.SpatialGates!.IndexSelect(0, Order).Unsqueeze(2)));
    }

    // The first convolution by phase, [phases + 1, pixels, C].
    private Tensor Mixed(LayoutTrace trace)
    {
        long rows = (_instances + 2L) * Pixels;
        Tensor phases = trace.Mixed!.Narrow(0, 0, rows).Reshape(-1, Pixels, _site.Channels);
        Tensor none = trace.Mixed!.Narrow(0, rows, 1).Reshape(1, 1, -1).Expand(1, Pixels, -1);
        return Tensor.Cat([phases, none], 0).IndexSelect(0, Order);
    }

    private Tensor Planes(Tensor rows) => rows.Transpose(1, 2).Reshape(-1, _site.Channels, _height, _columns);

    // Fusion weights of background, instances, layout, [phases, pixels].
    private Tensor Weights(LayoutTrace trace)
    {
        long[] order = Order.ToArray<long>();
        return trace.Weights!.Select(0, 0).IndexSelect(0, Tensor.From(order.SkipLast(1).Select(map => (long)trace.SlotOfPhase![(int)map]).ToArray()));
    }

    private void CompareInfo(string prefix, LayoutTrace trace)
    {
        Compare(prefix + "sac_scale", Weights(trace).Reshape(1, -1, _height, _columns));
        Compare(prefix + "ea_attn", trace.InstanceProbabilities!.Mean([2]).Reshape(1, _instances, _height, _columns, 2));
    }

    private void Compare(string part, Tensor actual)
    {
        string name = $"{_scene}.{part}";
        _golden.Compare(name, actual);
        _compared.Add(name);
    }
}
