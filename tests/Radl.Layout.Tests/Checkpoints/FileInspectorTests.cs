using Radl.Diffusion.Checkpoints;
using Radl.Layout.Checkpoints;
using Radl.Torch;

namespace Radl.Layout.Tests.Checkpoints;

public sealed class FileInspectorTests : TensorTest
{
    [Fact]
    public void A_single_file_is_known_with_its_components_and_what_is_ignored()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        Dictionary<string, Tensor> tensors = tiny.Original();
        tensors.Remove("first_stage_model.quant_conv.bias");
        tensors.Add("something.else", Tensor.Zeros([2]));
        TorchArchive.Save(scratch.In("model.ckpt"), tensors, isCheckpoint: true);
        FileInspection file = Assert.Single(FileInspector.Inspect(scratch.In("model.ckpt")));
        Assert.Equal((FileKind.SingleFile, "torch pickle", tensors.Count), (file.Kind, file.Format, file.Tensors));
        Assert.Equal(tensors.Values.Sum(tensor => tensor.Count), file.Parameters);
        Assert.Equal(["F32", "I64"], file.Types.Keys);
        Assert.Equal(["unet", "vae", "text_encoder"], file.Components.Select(component => component.Component));
        Assert.True(file.Components[0].IsComplete);
        Assert.Equal(tiny.Unet.Parameters.Values.Sum(tensor => tensor.Count), file.Components[0].Parameters);
        Assert.Equal(["quant_conv.bias"], file.Components[1].Missing);
        Assert.Equal(2, file.Ignored["averaged copy of the U-Net"]);
        Assert.Equal(["something.else"], file.LeftOver);
    }

    [Fact]
    public void A_model_folder_is_its_components_and_adapters()
    {
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        TinyRadl.Write(scratch.Path);
        TinyMigc.Write(scratch.Path);
        TinyGligen.Write(scratch.Path);
        IReadOnlyList<FileInspection> files = FileInspector.Inspect(scratch.Path);
        Assert.Equal([FileKind.Component, FileKind.Component, FileKind.Component, FileKind.Gligen, FileKind.Migc, FileKind.Radl], files.Select(file => file.Kind));
        Assert.All(files, file => Assert.True(Assert.Single(file.Components).IsComplete, file.Path));
        Assert.All(files, file => Assert.Empty(file.LeftOver));
        Assert.Equal(FileKind.Component, Assert.Single(FileInspector.Inspect(scratch.In("vae"))).Kind);
    }

    [Theory]
    [InlineData("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", FileKind.Lora)]
    [InlineData("unet.mid_block.attentions.0.proj_in.lora_A.weight", FileKind.Lora)]
    [InlineData("unet.up_blocks.0.attn.processor.to_q_lora.down.weight", FileKind.Lora)]
    [InlineData("something.weight", FileKind.Unknown)]
    public void Other_files_are_told_by_the_names_of_their_tensors(string name, FileKind kind)
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        SafetensorsTensors.Save(scratch.In("x.safetensors"), [new(name, Tensor.Zeros([2, 2]))]);
        FileInspection file = Assert.Single(FileInspector.Inspect(scratch.In("x.safetensors")));
        Assert.Equal((kind, 1, 4), (file.Kind, file.Tensors, (int)file.Parameters));
        Assert.Empty(file.Components);
    }

    [Fact]
    public void A_component_of_another_shape_is_reported_and_not_taken_for_whole()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        TinyDiffusionModel.Write(scratch.Path);
        string config = scratch.In("vae", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"latent_channels\": 4", "\"latent_channels\": 2", StringComparison.Ordinal));
        ComponentReport vae = Assert.Single(Assert.Single(FileInspector.Inspect(scratch.In("vae", "diffusion_pytorch_model.safetensors"))).Components);
        Assert.False(vae.IsComplete);
        Assert.Contains("post_quant_conv.weight: [4, 4, 1, 1] instead of [2, 2, 1, 1]", vae.WrongShape);
        Assert.Empty(vae.Missing);
    }

    [Fact]
    public void A_folder_without_weights_is_an_error_that_says_what_was_looked_for()
    {
        using var scratch = new ScratchFolder();
        Assert.Contains(".safetensors", Assert.Throws<FileNotFoundException>(() => FileInspector.Inspect(scratch.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => FileInspector.Inspect(scratch.In("nothing.ckpt")));
    }
}
