using Radl.Diffusion.Checkpoints;
using Radl.Diffusion.Models;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Torch.Pickle;

namespace Radl.Diffusion.Tests.Checkpoints;

public sealed class SingleFileTests : TensorTest
{
    [Theory]
    [InlineData("model.safetensors", OriginalNames.TextPrefix, true)]
    [InlineData("model.ckpt", OriginalNames.TextPrefix, true)]
    [InlineData("model.safetensors", OriginalNames.TextPrefix, false)]
    [InlineData("model.ckpt", "cond_stage_model.", true)]
    [InlineData("model.safetensors", "", true)]
    public void Every_published_layout_gives_the_same_parameters_and_the_same_output_to_the_bit(string name, string textPrefix, bool hasTextModel)
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        string path = Write(tiny, scratch.In(name), tiny.Original(textPrefix, hasTextModel));
        using SingleFile file = SingleFile.Open(path);
        Assert.Empty(file.Others);
        Assert.Equal(["averaged copy of the U-Net", "noise schedule", "position numbers", "training loss"], file.Ignored.Keys.Order(StringComparer.Ordinal));
        using UNet2DCondition unet = file.OpenUnet();
        tiny.AssertSame("unet", unet.Parameters);
        Assert.Equal(TinyStableDiffusion.Output(tiny.Unet), TinyStableDiffusion.Output(unet));
        using AutoencoderKl vae = file.OpenVae();
        tiny.AssertSame("vae", vae.Parameters);
        using ClipTextModel text = file.OpenTextEncoder();
        tiny.AssertSame("text_encoder", text.Parameters);
        Assert.All(ComponentInspection.Of(file), component => Assert.True(component.IsComplete));
    }

    [Fact]
    public void The_converted_folder_opens_and_gives_the_same_output_to_the_bit()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        using (SingleFile file = SingleFile.Open(Write(tiny, scratch.In("model.ckpt"), tiny.Original())))
        {
            FolderConversion.Write(file, tiny.Tokenizer, scratch.In("models", "converted"));
        }
        Assert.Equal(["converted"], Directory.GetFileSystemEntries(scratch.In("models")).Select(Path.GetFileName));
        using DiffusionModel model = DiffusionModel.Open(scratch.In("models", "converted"), DType.Float32, Device.Cpu);
        Assert.Equal(TinyStableDiffusion.Output(tiny.Unet), TinyStableDiffusion.Output(model.Unet));
        tiny.AssertSame("vae", model.Vae.Parameters);
        tiny.AssertSame("text_encoder", model.TextEncoder.Parameters);
        Assert.Equal(512, model.NativeSide);
    }

    [Fact]
    public void Half_precision_files_convert_as_they_are_or_to_a_type_of_choice()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        var half = tiny.Original().ToDictionary(entry => entry.Key, entry => entry.Value.DType.IsFloating() ? entry.Value.To(DType.Float16) : entry.Value);
        using SingleFile file = SingleFile.Open(Write(tiny, scratch.In("half.ckpt"), half));
        FolderConversion.Write(file, tiny.Tokenizer, scratch.In("same"));
        FolderConversion.Write(file, tiny.Tokenizer, scratch.In("brain"), DType.BFloat16);
        foreach ((string folder, string type) in new[] { ("same", "F16"), ("brain", "BF16") })
        {
            using ITensorFile unet = TensorFiles.Open(scratch.In(folder, "unet", "diffusion_pytorch_model.safetensors"));
            Assert.All(unet.Tensors.Values, tensor => Assert.Equal(type, tensor.TypeName));
        }
    }

    [Fact]
    public void What_is_missing_and_what_is_left_over_is_named()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        Dictionary<string, Tensor> tensors = tiny.Original();
        tensors.Remove("model.diffusion_model.out.2.bias");
        tensors.Add("model.diffusion_model.label_emb.weight", Tensor.Zeros([1]));
        tensors.Add("embedding_manager.x", Tensor.Zeros([1]));
        using SingleFile file = SingleFile.Open(Write(tiny, scratch.In("model.safetensors"), tensors));
        Assert.Equal(["embedding_manager.x"], file.Others);
        ComponentReport unet = ComponentInspection.Of(file)[0];
        Assert.Equal(["conv_out.bias"], unet.Missing);
        Assert.Equal(["model.diffusion_model.label_emb.weight"], unet.LeftOver);
        string message = Assert.Throws<InvalidDataException>(() => file.OpenUnet()).Message;
        Assert.Contains("1 missing (conv_out.bias)", message, StringComparison.Ordinal);
        Assert.Contains("1 left over (model.diffusion_model.label_emb.weight)", message, StringComparison.Ordinal);

        Assert.Throws<InvalidDataException>(() => FolderConversion.Write(file, tiny.Tokenizer, scratch.In("models", "broken")));
        Assert.Empty(Directory.GetFileSystemEntries(scratch.In("models")));
    }

    [Fact]
    public void Other_models_and_hostile_files_are_refused()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        SafetensorsTensors.Save(scratch.In("other.safetensors"), [new("a", Tensor.Zeros([1]))]);
        Assert.Contains("original layout", Assert.Throws<InvalidDataException>(() => SingleFile.Open(scratch.In("other.safetensors"))).Message, StringComparison.Ordinal);
        SafetensorsTensors.Save(scratch.In("two.safetensors"), new Dictionary<string, Tensor>
        {
            ["model.diffusion_model.input_blocks.0.0.weight"] = Tensor.Zeros([8, 4, 3, 3]),
            ["model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"] = Tensor.Zeros([8, 1024]),
        });
        using (SingleFile two = SingleFile.Open(scratch.In("two.safetensors")))
        {
            Assert.Contains("1024", Assert.Throws<NotSupportedException>(() => two.OpenUnet()).Message, StringComparison.Ordinal);
        }
        File.WriteAllBytes(scratch.In("evil.ckpt"), TorchArchive.Zip(TorchArchive.Opcodes(0x80, 2, "cos\nsystem\n", TorchArchive.Text("true"), 0x85, "R."), []));
        Assert.Equal(PickleRule.GlobalNotAllowed, Assert.Throws<PickleException>(() => SingleFile.Open(scratch.In("evil.ckpt"))).Rule);
    }

    [Fact]
    public void A_folder_is_written_only_with_a_vocabulary_and_never_over_another_one()
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        using SingleFile file = SingleFile.Open(Write(tiny, scratch.In("model.safetensors"), tiny.Original()));
        Assert.Contains("vocab.json", Assert.Throws<ArgumentException>(() => FolderConversion.Write(file, scratch.In("nowhere"), scratch.In("out"))).Message, StringComparison.Ordinal);
        Assert.Contains("there already", Assert.Throws<ArgumentException>(() => FolderConversion.Write(file, tiny.Tokenizer, tiny.Tokenizer)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.In("out")));
    }

    private static string Write(TinyStableDiffusion tiny, string path, Dictionary<string, Tensor> tensors)
    {
        Assert.True(tensors.Count > tiny.Parameters.Sum(component => component.Value.Count));
        if (path.EndsWith(".ckpt", StringComparison.Ordinal))
        {
            TorchArchive.Save(path, tensors, isCheckpoint: true);
        }
        else
        {
            SafetensorsTensors.Save(path, tensors);
        }
        return path;
    }
}
