using Radl.Diffusion.UNet;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.RadlMethod;

/// <summary>Folders, schedules, refusals, attention maps.</summary>
public sealed class RadlAdapterTests : TensorTest
{
    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 31)]
    public void Thirty_of_sixty_steps_are_controlled_and_one_more_under_the_inclusive_rule(bool inclusive, int expected)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter(MethodWorld.Config with { InclusiveSteps = inclusive });
        using BoundLayout bound = adapter.Bind(MethodWorld.Scenes(3, MethodWorld.Two));
        Assert.Equal(expected, Enumerable.Range(0, 60).Count(step => bound.ForStep(step) is not null));
        Assert.NotNull(bound.ForStep(0));
        Assert.Null(bound.ForStep(59));
    }

    [Fact]
    public void A_saved_adapter_opens_as_it_was()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlConfig config = MethodWorld.Config with { Relation = RelationMode.Outside, MaskTotal = MaskTotal.Binary, RelationBias = -4 };
        RadlAdapter adapter = world.Adapter(config);
        string folder = Directory.CreateTempSubdirectory().FullName;
        adapter.Save(folder);
        using RadlAdapter opened = RadlAdapter.Open(folder);
        using RadlAdapter trainable = RadlAdapter.Open(folder, trainable: true);
        Directory.Delete(folder, recursive: true);
        Assert.Equal(config.ToJson(), opened.Config.ToJson());
        trainable.Parameters.Values.First().FillInPlace(0);
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        Assert.Equal(0, world.Attend(opened, conditions, image).MaxDifference(world.Attend(adapter, conditions, image)));
    }

    [Theory]
    [InlineData("{}", "sites")]
    [InlineData("{\"model_type\":\"migc\",\"context_width\":8,\"sites\":[]}", "model_type")]
    [InlineData("{\"context_width\":8,\"sites\":[]}", "sites: at least one")]
    [InlineData("{\"context_width\":8,\"sites\":[],\"surprise\":1}", "surprise")]
    [InlineData("{\"context_width\":8,\"relation\":\"loud\",\"sites\":[]}", "relation")]
    public void A_broken_config_is_refused_with_the_fields_name(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => RadlConfig.Parse(json, "a/config.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Conditions_that_do_not_fit_are_refused_with_the_fields_name()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        LayoutConditions good = MethodWorld.Scenes(3, MethodWorld.Two);
        Refused("Counts[0]", good with { Counts = [28] });
        Refused("Boxes", good with { Boxes = [MethodWorld.Two[0]] });
        Refused("Labels", good with { Labels = good.Labels.Narrow(0, 0, 1) });
        Refused("Verbs", good with { Verbs = Tensor.Zeros([1, 6, MethodWorld.Width + 1]) });
        Refused("Negative", good with { Negative = null }, new LayoutBinding { UnconditionalRows = 1 });
        Refused("unconditionalRows", good, new LayoutBinding { UnconditionalRows = 2 });
        Refused("Permutation", good, new LayoutBinding { Permutation = [0, 0] });

        void Refused(string field, LayoutConditions conditions, LayoutBinding? binding = null) =>
            Assert.Contains(field, Assert.Throws<ArgumentException>(() => adapter.Bind(conditions, binding)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_site_is_left_alone_and_other_rows_are_refused()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        using BoundLayout bound = world.Adapter().Bind(MethodWorld.Scenes(3, MethodWorld.Two));
        Assert.Null(bound.Attend(world.Site with { Name = "elsewhere" }, MethodWorld.Image(4, 1), MethodWorld.Side, MethodWorld.Side));
        Assert.Throws<ArgumentException>(() => bound.Attend(world.Site, MethodWorld.Image(4, 2), MethodWorld.Side, MethodWorld.Side));
    }

    [Fact]
    public void Attention_maps_are_means_over_the_steps_and_verb_tokens_share_one()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, [], MethodWorld.Two);
        using var maps = new LayoutAttentionMaps();
        var trace = new LayoutTrace();
        using BoundLayout bound = world.Adapter().Bind(conditions, new LayoutBinding { Maps = maps });
        bound.Attend(world.Site, MethodWorld.Image(4, 2), MethodWorld.Side, MethodWorld.Side);
        Tensor plain = world.Attend(world.Adapter(), conditions, MethodWorld.Image(4, 2), trace: trace);
        Tensor recorded = bound.Attend(world.Site, MethodWorld.Image(4, 2), MethodWorld.Side, MethodWorld.Side)!;
        Assert.InRange(recorded.MaxDifference(plain), 0, 1e-6);

        float[] expected = trace.Weights!.Select(0, 0).Select(0, 2).ToArray<float>();
        Assert.Equal(expected, maps.Instance(MethodWorld.SiteName, 1, 1).Values, (a, b) => MathF.Abs(a - b) < 1e-6f);
        Assert.All(maps.Verb(MethodWorld.SiteName, 1, 0, 6)!.Values, value => Assert.Equal(1, value, 1e-5));
        Assert.All(maps.Verb(MethodWorld.SiteName, 1, 2, 1)!.Values, value => Assert.InRange(value, 0, 1));
        Assert.Null(maps.Verb(MethodWorld.SiteName, 0, 0, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => maps.Instance(MethodWorld.SiteName, 1, 2));
    }

    [Fact]
    public void Bound_conditions_outlive_what_the_caller_passed()
    {
        using var world = new MethodWorld();
        RadlAdapter adapter = world.Adapter();
        BoundLayout bound;
        using (TensorScope.Enter())
        {
            bound = adapter.Bind(MethodWorld.Scenes(3, MethodWorld.Two));
        }
        using (bound)
        using (var scope = TensorScope.Enter())
        {
            Tensor image = MethodWorld.Image(4, 1);
            Assert.Equal(0, bound.Attend(world.Site, image, MethodWorld.Side, MethodWorld.Side)!.MaxDifference(world.Attend(adapter, MethodWorld.Scenes(3, MethodWorld.Two), image)));
        }
    }

    [Fact]
    public void The_box_embedding_of_a_zero_box_is_four_zeros_and_four_ones_per_frequency()
    {
        float[] features = PositionEmbedding.Fourier([default], 8, 100);
        Assert.Equal(Enumerable.Repeat<float[]>([0, 0, 0, 0, 1, 1, 1, 1], 8).SelectMany(part => part), features);
    }

    [Fact]
    public void The_recommended_config_names_the_mid_block_and_the_lowest_attending_up_block()
    {
        using var unet = new UNet2DCondition(Weights.From(new FreshWeights(1)), new UNetConfig
        {
            BlockOutChannels = [8, 16, 16],
            DownBlockTypes = ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
            UpBlockTypes = ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
            LayersPerBlock = 1,
            NormNumGroups = 4,
            AttentionHeadDim = 4,
            CrossAttentionDim = 12,
        });
        RadlConfig config = RadlConfig.For(unet, 32, 64);
        Assert.Equal(
            [
                new RadlSiteConfig("mid_block.attentions.0.transformer_blocks.0.attn2", 16, 4, 8, 16),
                new RadlSiteConfig("up_blocks.1.attentions.0.transformer_blocks.0.attn2", 16, 4, 16, 32),
                new RadlSiteConfig("up_blocks.1.attentions.1.transformer_blocks.0.attn2", 16, 4, 16, 32),
            ],
            config.Sites);
        Assert.Equal(12, config.ContextWidth);
    }
}
