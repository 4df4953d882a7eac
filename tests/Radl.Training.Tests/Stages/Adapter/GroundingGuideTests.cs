using Radl.Diffusion.Attention;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Torch;
using Radl.Training.Config;
using Radl.Training.Loop;
using Radl.Training.Stages;
using Radl.Training.Stages.Adapter;

namespace Radl.Training.Tests.Stages.Adapter;

public sealed class GroundingGuideTests : TensorTest
{
    private const int Width = 8;

    private static readonly GligenConfig Config = new()
    {
        ContextWidth = 6,
        PositionHidden = 4,
        Blocks = [new GligenBlock("mid_block.attentions.0.transformer_blocks.0", Width, 2)],
    };

    [Fact]
    public void Attention_that_knows_nothing_is_as_far_from_what_is_wanted_as_the_formula_says()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using GligenAdapter adapter = GligenAdapter.Create(Config, seed: 1);
        // The left half and the upper half of a grid of four by four: four pixels lie in both, eight in one, four in none.
        LayoutConditions conditions = Scene(new LayoutBox(0, 0, 0.5, 1), new LayoutBox(0, 0, 1, 0.5));
        using BoundGligen bound = adapter.Bind(conditions);
        using var guide = new GroundingGuide(bound, conditions.Counts, conditions.Boxes);
        using Weights other = Weights.From(new FreshWeights(2));
        var site = new AttentionSite(Config.Blocks[0].Name + ".attn2", new CrossAttention(other, Width, 6, 2));
        // A norm of zeros is its bias, zero: queries without a direction, so that each of the 30 tokens has the same share.
        Tensor hidden = Tensor.Zeros([1, 16, Width]);
        Assert.Equal(0, guide.Before(site, hidden, 4, 4)!.MaxDifference(bound.Before(site, hidden, 4, 4)!));
        Assert.Null(guide.Before(site with { Name = "elsewhere.attn2" }, hidden, 4, 4));
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        double expected = Math.Log(30) - (((4 * Math.Log(2)) + (4 * Math.Log(28))) / 16);
        Assert.Equal(expected, guide.Loss(figures).Item(), 1e-5);
        Assert.Equal(expected, figures["loss_grounding"], 1e-5);
    }

    [Fact]
    public void A_guided_adapter_learns_where_its_boxes_are_while_its_gates_are_still_closed()
    {
        TinyRuns.MakeModel(Folder);
        TrainingConfig config = TinyRuns.Adapter(Folder, method: "gligen") with { ProbeWeight = 0, EmptyLayouts = 0, GroundingWeight = 1, Steps = 40, LearningRate = 0.01, WarmupSteps = 1 };
        double before = Grounding(config);
        Assert.True(TinyRuns.Train(config));
        Assert.InRange(Grounding(config with { Continue = true }), 0, 0.9 * before);
    }

    private static double Grounding(TrainingConfig config)
    {
        using ITrainingStage stage = TrainingStages.Create(config);
        using var scope = TensorScope.Enter();
        return stage.Loss(0, 0, 8).Figures["loss_grounding"];
    }

    private static LayoutConditions Scene(params LayoutBox[] boxes) => new()
    {
        Counts = [boxes.Length],
        Prompts = Tensor.Zeros([1, 3, 6]),
        Labels = Tensor.Zeros([boxes.Length, 3, 6]),
        Pooled = Tensor.Ones([boxes.Length, 6]),
        Boxes = boxes,
        Masks = Tensor.Ones([boxes.Length, 4, 4]),
        Background = Tensor.Zeros([1, 4, 4]),
    };
}
