using Radl.Diffusion.Models;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Models;

public sealed class DiffusionModelTests : TensorTest
{
    [Fact]
    public void A_folder_opens_with_all_components_and_what_runs_once_stays_in_fp32()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        using DiffusionModel model = DiffusionModel.Open(scratch.Path, DType.BFloat16, Device.Cpu);
        Assert.Equal(TinyDiffusionModel.Side, model.NativeSide);
        Assert.Equal(DType.BFloat16, model.Unet.DType);
        Assert.Equal(DType.Float32, model.Vae.DType);
        Assert.All(model.TextEncoder.Parameters.Values, parameter => Assert.Equal(DType.Float32, parameter.DType));
        Assert.True(model.Unet.Parameters["conv_in.weight"].IsChannelsLast);
        Assert.Empty(model.Folder.Adapters());
    }

    [Fact]
    public void Components_that_do_not_fit_each_other_are_refused_and_freed()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        string config = scratch.In("tokenizer", "tokenizer_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"model_max_length\": 16", "\"model_max_length\": 17", StringComparison.Ordinal));
        string message = Assert.Throws<InvalidDataException>(() => DiffusionModel.Open(scratch.Path, DType.Float32, Device.Cpu)).Message;
        Assert.Contains("the tokenizer gives 17 tokens, the text encoder has 16 positions", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("text_encoder")]
    [InlineData("vae")]
    public void Missing_weights_are_named_and_nothing_stays_open(string component)
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        File.Delete(Directory.GetFiles(scratch.In(component), "*.safetensors").Single());
        string message = Assert.Throws<FileNotFoundException>(() => DiffusionModel.Open(scratch.Path, DType.Float32, Device.Cpu)).Message;
        Assert.Contains(scratch.In(component), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_size_are_refused_and_freed()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        string config = scratch.In("unet", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"cross_attention_dim\": 16", "\"cross_attention_dim\": 32", StringComparison.Ordinal));
        Assert.Throws<InvalidDataException>(() => DiffusionModel.Open(scratch.Path, DType.Float32, Device.Cpu));
    }

    [Fact]
    public void A_component_of_another_class_is_not_supported()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.WriteIndex(scratch.Path, unetClass: "FluxTransformer2DModel");
        Assert.Contains("FluxTransformer2DModel", Assert.Throws<NotSupportedException>(() => new ModelFolder(scratch.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_may_state_the_guidance_that_suits_it_and_a_senseless_one_is_refused()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.WriteIndex(scratch.Path);
        Assert.Null(new ModelFolder(scratch.Path).Guidance);
        string index = scratch.In("model_index.json");
        string plain = File.ReadAllText(index).TrimEnd().TrimEnd('}').TrimEnd();
        File.WriteAllText(index, plain + ", \"guidance_scale\": 4.5}");
        Assert.Equal(4.5, new ModelFolder(scratch.Path).Guidance);
        foreach (string wrong in new[] { "-1", "101", "\"much\"" })
        {
            File.WriteAllText(index, plain + $", \"guidance_scale\": {wrong}}}");
            Assert.Contains("guidance_scale", Assert.Throws<InvalidDataException>(() => new ModelFolder(scratch.Path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_hash_changes_with_any_weight_and_with_the_adapter()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        var folder = new ModelFolder(scratch.Path);
        string before = folder.HashWeights("radl");
        Assert.Equal(before, folder.HashWeights(null));
        Directory.CreateDirectory(folder.Adapter("radl"));
        File.WriteAllBytes(Path.Combine(folder.Adapter("radl"), "adapter.safetensors"), [1]);
        Assert.NotEqual(before, folder.HashWeights("radl"));
        Assert.Equal(before, folder.HashWeights(null));
        string weights = folder.WeightsOf("vae");
        byte[] bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.NotEqual(before, folder.HashWeights(null));
    }

    [Fact]
    public void Precision_names_go_both_ways_and_fp16_needs_a_GPU()
    {
        Assert.Equal("bf16", Precision.NameOf(Precision.Parse("bf16", Device.Cpu)));
        Assert.Equal("fp32", Precision.NameOf(Precision.Parse("fp32", Device.Cpu)));
        Assert.Equal(Precision.CpuHasBFloat16 ? DType.BFloat16 : DType.Float32, Precision.Parse("auto", Device.Cpu));
        Assert.Contains("CUDA", Assert.Throws<ArgumentException>(() => Precision.Parse("fp16", Device.Cpu)).Message, StringComparison.Ordinal);
        Assert.Contains("auto, fp32, bf16, fp16", Assert.Throws<ArgumentException>(() => Precision.Parse("int8", Device.Cpu)).Message, StringComparison.Ordinal);
    }
}
