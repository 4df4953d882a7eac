using Radl.Layout.Checkpoints;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Instances;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Layout.Tests.Checkpoints;

/// <summary>Files in the published layouts, with random weights at small widths.</summary>
public sealed class AdapterConversionTests : TensorTest
{
    private static readonly LayoutSite[] Sites =
    [
        new("mid_block.attentions.0.transformer_blocks.0.attn2", 32, 8), new("up_blocks.1.attentions.0.transformer_blocks.0.attn2", 32, 8),
        new("up_blocks.1.attentions.1.transformer_blocks.0.attn2", 32, 8), new("up_blocks.1.attentions.2.transformer_blocks.0.attn2", 32, 8),
    ];

    [Theory]
    [InlineData("migc.ckpt")]
    [InlineData("migc.safetensors")]
    public void Published_MIGC_weights_become_an_adapter_folder_with_the_config_that_their_shapes_tell(string name)
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        var config = new MigcConfig { ContextWidth = 24, PositionHidden = 16, GateReduction = 4, Sites = Sites, InclusiveSteps = true };
        using MigcAdapter published = MigcAdapter.Create(config, seed: 1);
        Write(scratch.In(name), published.Parameters, "migc", isOriginal: name.EndsWith(".ckpt", StringComparison.Ordinal));
        FileInspection file = Assert.Single(FileInspector.Inspect(scratch.In(name)));
        Assert.Equal(FileKind.Migc, file.Kind);
        Assert.True(Assert.Single(file.Components).IsComplete);

        AdapterConversion.Write(scratch.In(name), scratch.In("adapters", "migc"));
        using var opened = (MigcAdapter)LayoutAdapter.Open(scratch.In("adapters", "migc"));
        Assert.Equal(config.ToJson(), opened.Config.ToJson());
        Same(published.Parameters, opened.Parameters);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => AdapterConversion.Write(scratch.In(name), scratch.In("adapters", "migc"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_RaDL_weights_become_an_adapter_with_the_released_modules_choices_and_no_bias()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        var config = new RadlConfig
        {
            ContextWidth = 24,
            PositionHidden = 16,
            GateReduction = 4,
            Sites = [.. Sites.Select(site => new RadlSiteConfig(site.Name, site.Channels, site.Heads, 1, 1))],
            AttributeEnhancement = false,
            InstanceContext = InstanceContext.OneWideToken,
            InclusiveSteps = true,
        };
        using RadlAdapter published = RadlAdapter.Create(config, seed: 1);
        var stored = published.Parameters.Where(entry => !entry.Key.EndsWith("relation_bias", StringComparison.Ordinal)).ToDictionary();
        // What the released module keeps and never uses.
        stored.Add($"{Sites[0].Name}.radl.vca.text_encoder.text_model.final_layer_norm.bias", Tensor.Zeros([4]));
        stored.Add($"{Sites[1].Name}.radl.sac.text_encoder.text_model.final_layer_norm.bias", Tensor.Zeros([4]));
        stored.Add($"{Sites[1].Name}.radl.sac.verb_embedding_mlp.mlp.0.weight", Tensor.Zeros([4, 4]));
        Write(scratch.In("radl.ckpt"), stored, "radl", isOriginal: true);

        FileInspection file = Assert.Single(FileInspector.Inspect(scratch.In("radl.ckpt")));
        Assert.Equal(FileKind.Radl, file.Kind);
        Assert.True(Assert.Single(file.Components).IsComplete);
        Assert.Equal(3, Assert.Single(file.Ignored).Value);
        Assert.Empty(file.LeftOver);

        AdapterConversion.Write(scratch.In("radl.ckpt"), scratch.In("out"), DType.Float32);
        using var opened = (RadlAdapter)LayoutAdapter.Open(scratch.In("out"));
        Assert.Equal(config.ToJson(), opened.Config.ToJson());
        Same(published.Parameters, opened.Parameters);
        Assert.Equal(27, opened.Config.MostInstances);
    }

    [Fact]
    public void Weights_of_neither_method_and_incomplete_ones_are_refused()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        SafetensorsTensors.Save(scratch.In("x.safetensors"), [new("x", Tensor.Zeros([1]))]);
        Assert.Contains("no weights of radl", Assert.Throws<InvalidDataException>(() => AdapterConversion.Write(scratch.In("x.safetensors"), scratch.In("out"))).Message, StringComparison.Ordinal);
        SafetensorsTensors.Save(scratch.In("y.safetensors"), [new($"{Sites[0].Name}.migc.norm.weight", Tensor.Zeros([32]))]);
        Assert.Contains("linears_position", Assert.Throws<InvalidDataException>(() => AdapterConversion.Write(scratch.In("y.safetensors"), scratch.In("out"))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.In("out")));
    }

    private static void Write(string path, IReadOnlyDictionary<string, Tensor> parameters, string method, bool isOriginal)
    {
        IEnumerable<KeyValuePair<string, Tensor>> tensors = parameters.Select(entry => new KeyValuePair<string, Tensor>(Published(entry.Key, method, isOriginal), entry.Value));
        if (path.EndsWith(".ckpt", StringComparison.Ordinal))
        {
            TorchArchive.Save(path, tensors, isCheckpoint: true);
        }
        else
        {
            SafetensorsTensors.Save(path, tensors);
        }
    }

    private static string Published(string name, string method, bool isOriginal) => isOriginal
        ? "model.diffusion_model." + name.Replace("mid_block.attentions.0.", "middle_block.1.", StringComparison.Ordinal).Replace("up_blocks.1.attentions.0.", "output_blocks.3.1.", StringComparison.Ordinal)
            .Replace("up_blocks.1.attentions.1.", "output_blocks.4.1.", StringComparison.Ordinal).Replace("up_blocks.1.attentions.2.", "output_blocks.5.1.", StringComparison.Ordinal)
        : name.Replace($".{method}.", $".processor.{method}.", StringComparison.Ordinal);

    private static void Same(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, entry => Assert.Equal(entry.Value.ToArray<float>(), actual[entry.Key].ToArray<float>()));
    }
}
