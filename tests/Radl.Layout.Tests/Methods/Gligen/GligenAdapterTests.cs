using Radl.Diffusion.Checkpoints;
using Radl.Layout.Checkpoints;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Torch;

namespace Radl.Layout.Tests.Methods.Gligen;

/// <summary>Folders, published names, refusals.</summary>
public sealed class GligenAdapterTests : TensorTest
{
    private static readonly GligenConfig Published = new()
    {
        ContextWidth = 24,
        PositionHidden = 16,
        Blocks =
        [
            new("down_blocks.0.attentions.1.transformer_blocks.0", 16, 8),
            new("mid_block.attentions.0.transformer_blocks.0", 32, 8),
            new("up_blocks.3.attentions.2.transformer_blocks.0", 16, 8),
        ],
    };

    [Fact]
    public void A_saved_adapter_opens_as_GLIGEN_and_predicts_the_same()
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var world = new GligenWorld();
        using var scratch = new ScratchFolder();
        GligenAdapter adapter = world.Adapter();
        adapter.Save(scratch.In("gligen"));
        using LayoutAdapter opened = LayoutAdapter.Open(scratch.In("gligen"), trainable: true);
        Assert.IsType<GligenAdapter>(opened);
        Assert.Equal(adapter.Config.ToJson(), opened.Config.ToJson());
        LayoutConditions conditions = world.Scenes(3, MethodWorld.Two);
        Tensor latents = world.Latents(4, 1);
        using IBoundMethod one = adapter.Bind(conditions);
        using IBoundMethod other = opened.Bind(conditions);
        Assert.Equal(0, world.Predict(latents, conditions, one.ForStep(0)).MaxDifference(world.Predict(latents, conditions, other.ForStep(0))));
        Assert.Throws<InvalidDataException>(() => MigcAdapter.Open(scratch.In("gligen")));
        Assert.Equal(30, opened.Needs.MostInstances);
    }

    [Theory]
    [InlineData("""{"model_type":"gligen","context_width":8,"blocks":[]}""", "blocks: at least one")]
    [InlineData("""{"model_type":"gligen","context_width":8,"blocks":[],"sites":[]}""", "sites")]
    [InlineData("""{"model_type":"gligen","context_width":8,"blocks":[{"name":"a","channels":16,"heads":3}]}""", "blocks['a']: 3 heads")]
    [InlineData("""{"model_type":"gligen","context_width":8,"grounding_tokens":0,"blocks":[{"name":"a","channels":16,"heads":4}]}""", "grounding_tokens")]
    public void A_broken_config_is_refused_with_the_fields_name(string json, string expected)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.In("config.json");
        File.WriteAllText(path, json);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => LayoutAdapter.Open(Path.GetDirectoryName(path)!));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("official.ckpt", "model.")]
    [InlineData("whole.safetensors", "model.diffusion_model.")]
    [InlineData("diffusers.safetensors", null)]
    public void Published_weights_are_known_and_become_an_adapter_folder(string name, string? originalPrefix)
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using GligenAdapter published = GligenAdapter.Create(Published, seed: 1);
        Dictionary<string, Tensor> stored = published.Parameters.ToDictionary(
            entry => originalPrefix is null ? entry.Key : originalPrefix + (OriginalNames.UnetToOriginal(entry.Key) ?? entry.Key), entry => entry.Value, StringComparer.Ordinal);
        // The rest of the U-Net, as both publications have it.
        stored.Add(originalPrefix is null ? "conv_in.weight" : originalPrefix + "out.2.weight", Tensor.Zeros([2, 2, 3, 3]));
        if (name.EndsWith(".ckpt", StringComparison.Ordinal))
        {
            TorchArchive.Save(scratch.In(name), stored, isCheckpoint: false);
        }
        else
        {
            SafetensorsTensors.Save(scratch.In(name), stored);
        }
        FileInspection file = Assert.Single(FileInspector.Inspect(scratch.In(name)));
        Assert.Equal(FileKind.Gligen, file.Kind);
        Assert.True(Assert.Single(file.Components).IsComplete);
        Assert.Equal(1, Assert.Single(file.Ignored).Value);
        Assert.Empty(file.LeftOver);

        AdapterConversion.Write(scratch.In(name), scratch.In("adapters", "gligen"));
        using var opened = (GligenAdapter)LayoutAdapter.Open(scratch.In("adapters", "gligen"));
        Assert.Equal(Published.ToJson(), opened.Config.ToJson());
        Assert.Equal(published.Parameters.Keys.Order(StringComparer.Ordinal), opened.Parameters.Keys.Order(StringComparer.Ordinal));
        Assert.All(published.Parameters, entry => Assert.Equal(entry.Value.ToArray<float>(), opened.Parameters[entry.Key].ToArray<float>()));
    }

    [Fact]
    public void Weights_of_another_variant_are_refused_by_a_name()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        string path = scratch.In("image.safetensors");
        SafetensorsTensors.Save(path, [new("mid_block.attentions.0.transformer_blocks.0.fuser.alpha_attn", Tensor.Zeros([])), new("position_net.linears_text.0.weight", Tensor.Zeros([4, 4]))]);
        Assert.Contains("position_net.linears.4.weight", Assert.Throws<InvalidDataException>(() => GligenAdapter.OpenCheckpoint(path)).Message, StringComparison.Ordinal);
        SafetensorsTensors.Save(path, [new("x", Tensor.Zeros([1]))]);
        Assert.Contains("no weights of gligen", Assert.Throws<InvalidDataException>(() => GligenAdapter.OpenCheckpoint(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.input_blocks.1.1.transformer_blocks.0.fuser.alpha_attn", "down_blocks.0.attentions.0.transformer_blocks.0.fuser.alpha_attn")]
    [InlineData("model.diffusion_model.middle_block.1.transformer_blocks.0.fuser.linear.bias", "mid_block.attentions.0.transformer_blocks.0.fuser.linear.bias")]
    [InlineData("output_blocks.11.1.transformer_blocks.0.fuser.ff.net.2.weight", "up_blocks.3.attentions.2.transformer_blocks.0.fuser.ff.net.2.weight")]
    [InlineData("unet.up_blocks.1.attentions.0.transformer_blocks.0.fuser.norm1.weight", "up_blocks.1.attentions.0.transformer_blocks.0.fuser.norm1.weight")]
    [InlineData("model.position_net.linears.0.weight", "position_net.linears.0.weight")]
    [InlineData("position_net.null_position_feature", "position_net.null_position_feature")]
    [InlineData("model.input_blocks.1.1.transformer_blocks.0.attn2.to_q.weight", null)]
    [InlineData("autoencoder.encoder.conv_in.weight", null)]
    [InlineData("pos.linears.0.weight", null)]
    public void Published_names_become_ours(string stored, string? expected) => Assert.Equal(expected, GligenCheckpoint.Rename(stored));
}
