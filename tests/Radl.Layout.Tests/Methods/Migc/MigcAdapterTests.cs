using Radl.Layout.Methods;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Migc;

/// <summary>Folders, published names, refusals, attention maps.</summary>
public sealed class MigcAdapterTests : TensorTest
{
    [Fact]
    public void A_saved_adapter_opens_as_the_method_that_its_config_names()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        using var scratch = new ScratchFolder();
        MigcAdapter adapter = world.Migc(MethodWorld.MigcConfig with { InclusiveSteps = true, MaskResize = MaskResize.Area });
        adapter.Save(scratch.In("migc"));
        world.Adapter().Save(scratch.In("radl"));
        using LayoutAdapter opened = LayoutAdapter.Open(scratch.In("migc"));
        using LayoutAdapter other = LayoutAdapter.Open(scratch.In("radl"), trainable: true);
        MigcAdapter migc = Assert.IsType<MigcAdapter>(opened);
        Assert.IsType<RadlAdapter>(other);
        Assert.Equal(adapter.Config.ToJson(), opened.Config.ToJson());
        LayoutConditions conditions = MethodWorld.Scenes(3, MethodWorld.Two);
        Tensor image = MethodWorld.Image(4, 1);
        Assert.Equal(0, world.Attend(migc, conditions, image).MaxDifference(world.Attend(adapter, conditions, image)));
    }

    [Theory]
    [InlineData("{}", "model_type is missing")]
    [InlineData("[]", "model_type is missing")]
    [InlineData("{", "config.json")]
    [InlineData("{\"model_type\":\"sd\"}", "'sd' is not a method with an adapter: radl, migc, gligen")]
    [InlineData("{\"model_type\":\"migc\",\"context_width\":8,\"sites\":[]}", "sites: at least one")]
    [InlineData("{\"model_type\":\"migc\",\"context_width\":8,\"sites\":[],\"relation\":\"phase\"}", "relation")]
    [InlineData("{\"model_type\":\"migc\",\"context_width\":8,\"slots\":2,\"sites\":[{\"name\":\"a\",\"channels\":16,\"heads\":4}]}", "slots: at least 3")]
    [InlineData("{\"model_type\":\"migc\",\"context_width\":8,\"sites\":[{\"name\":\"a\",\"channels\":16,\"heads\":3}]}", "sites['a']: 3 heads")]
    public void A_broken_config_is_refused_with_the_fields_name(string json, string expected)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.In("config.json");
        File.WriteAllText(path, json);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => LayoutAdapter.Open(Path.GetDirectoryName(path)!));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_of_another_method_is_refused_where_one_is_asked_for()
    {
        using var world = new MethodWorld();
        using var scratch = new ScratchFolder();
        world.Adapter().Save(scratch.In("radl"));
        world.Migc().Save(scratch.In("migc"));
        Assert.Throws<InvalidDataException>(() => MigcAdapter.Open(scratch.In("radl")));
        Assert.Contains("model_type is 'migc'", Assert.Throws<InvalidDataException>(() => RadlAdapter.Open(scratch.In("migc"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_eight_instances_fit_and_verbs_need_not_be_given()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutBox[] crowd = [.. Enumerable.Range(0, 28).Select(i => new LayoutBox((i % 4) / 4.0, i / 4 / 8.0, ((i % 4) + 1) / 4.0, ((i / 4) + 1) / 8.0))];
        LayoutConditions conditions = MethodWorld.Scenes(3, crowd) with { Verbs = null };
        Assert.Equal(MethodWorld.Pixels, world.Attend(world.Migc(), conditions, MethodWorld.Image(4, 1)).Size(1));
        Assert.Contains("Verbs", Assert.Throws<ArgumentException>(() => world.Adapter().Bind(MethodWorld.Scenes(3, MethodWorld.Two) with { Verbs = null })).Message, StringComparison.Ordinal);
        Assert.Contains("Counts[0]", Assert.Throws<ArgumentException>(() => world.Migc().Bind(conditions with { Counts = [29] })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 25)]
    [InlineData(true, 26)]
    public void Under_the_released_rule_the_last_control_step_is_controlled_too(bool inclusive, int expected)
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        using BoundLayout bound = world.Migc(MethodWorld.MigcConfig with { InclusiveSteps = inclusive })
            .Bind(MethodWorld.Scenes(3, MethodWorld.Two), new LayoutBinding { ControlSteps = 25 });
        Assert.Equal(expected, Enumerable.Range(0, 50).Count(step => bound.ForStep(step) is not null));
    }

    [Fact]
    public void Attention_maps_have_the_instances_and_no_verb()
    {
        using var scope = TensorScope.Enter();
        using var world = new MethodWorld();
        LayoutConditions conditions = MethodWorld.Scenes(3, [], MethodWorld.Two);
        using var maps = new LayoutAttentionMaps();
        var trace = new LayoutTrace();
        using BoundLayout bound = world.Migc().Bind(conditions, new LayoutBinding { Maps = maps });
        bound.Trace = trace;
        bound.Attend(world.Site, MethodWorld.Image(4, 2), MethodWorld.Side, MethodWorld.Side);
        float[] expected = trace.Weights!.Select(0, 0).Select(0, 2).ToArray<float>();
        Assert.Equal(expected, maps.Instance(MethodWorld.SiteName, 1, 1).Values);
        Assert.Null(maps.Verb(MethodWorld.SiteName, 1, 0, 6));
    }

    [Theory]
    [InlineData("model.diffusion_model.middle_block.1.transformer_blocks.0.attn2.migc.ea.to_q.weight", "mid_block.attentions.0.transformer_blocks.0.attn2.migc.ea.to_q.weight")]
    [InlineData("model.diffusion_model.output_blocks.4.1.transformer_blocks.0.attn2.migc.sac.conv1.bias", "up_blocks.1.attentions.1.transformer_blocks.0.attn2.migc.sac.conv1.bias")]
    [InlineData("model.diffusion_model.output_blocks.11.1.anything.migc.norm.weight", "up_blocks.3.attentions.2.transformer_blocks.0.attn2.migc.norm.weight")]
    [InlineData("up_blocks.1.attentions.2.transformer_blocks.0.attn2.processor.migc.la.to_k.weight", "up_blocks.1.attentions.2.transformer_blocks.0.attn2.migc.la.to_k.weight")]
    [InlineData("mid_block.attentions.0.transformer_blocks.0.attn2.migc.norm.bias", "mid_block.attentions.0.transformer_blocks.0.attn2.migc.norm.bias")]
    [InlineData("model.diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_q.weight", null)]
    [InlineData("step", null)]
    public void Published_names_become_ours(string stored, string? expected) => Assert.Equal(expected, MigcCheckpoint.Rename(stored));
}
