using Radl.Diffusion.Models;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Checkpoints;

/// <summary>The variants in which diffusers' folders were published.</summary>
public sealed class PublishedFolderTests : TensorTest
{
    [Fact]
    public void Old_names_of_the_VAEs_attention_and_a_text_encoder_without_its_segment_are_read()
    {
        Opens((tiny, name) => tiny.WriteFolder(name, rename: (component, parameter) => component switch
        {
            "vae" => parameter.Replace(".to_q.", ".query.", StringComparison.Ordinal).Replace(".to_k.", ".key.", StringComparison.Ordinal)
                .Replace(".to_v.", ".value.", StringComparison.Ordinal).Replace(".to_out.0.", ".proj_attn.", StringComparison.Ordinal),
            "text_encoder" => parameter["text_model.".Length..],
            _ => parameter,
        }));
    }

    [Fact]
    public void Pickled_weights_are_read()
    {
        Opens((tiny, name) => tiny.WriteFolder(name, (folder, file, tensors) =>
        {
            using var scope = TensorScope.Enter();
            if (file == "model")
            {
                tensors.Add("text_model.embeddings.position_ids", Tensor.Arange(0, 77).Unsqueeze(0));
            }
            // transformers' name differs from diffusers'.
            TorchArchive.Save(Path.Combine(folder, file == "model" ? "pytorch_model.bin" : file + ".bin"), tensors, isCheckpoint: false);
        }));
    }

    [Fact]
    public void Several_files_with_an_index_are_read()
    {
        string folder = "";
        Opens((tiny, name) => folder = tiny.WriteFolder(name, (place, file, tensors) =>
        {
            var parts = tensors.Chunk((tensors.Count + 1) / 2).Select((part, i) => (Name: $"{file}-0000{i + 1}-of-00002.safetensors", Part: part)).ToArray();
            foreach ((string part, KeyValuePair<string, Tensor>[] content) in parts)
            {
                SafetensorsTensors.Save(Path.Combine(place, part), content);
            }
            string map = string.Join(",", parts.SelectMany(part => part.Part.Select(entry => $"\"{entry.Key}\":\"{part.Name}\"")));
            File.WriteAllText(Path.Combine(place, $"{file}.safetensors.index.json"), $"{{\"metadata\":{{}},\"weight_map\":{{{map}}}}}");
        }), model =>
        {
            string before = model.HashWeights(null);
            File.WriteAllText(model.In("unet", "unrelated.safetensors"), "x");
            Assert.Equal(before, model.HashWeights(null));
        });
    }

    [Theory]
    [InlineData(".fp16.safetensors")]
    [InlineData(".fp16.bin")]
    public void The_half_precision_variant_is_read_where_there_is_no_other(string ending)
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        string folder = tiny.WriteFolder("variant", (place, file, tensors) =>
        {
            using var inner = TensorScope.Enter();
            var half = tensors.ToDictionary(entry => entry.Key, entry => entry.Value.To(DType.Float16));
            string path = Path.Combine(place, (file == "model" && ending.EndsWith(".bin", StringComparison.Ordinal) ? "pytorch_model" : file) + ending);
            if (ending.EndsWith(".bin", StringComparison.Ordinal))
            {
                TorchArchive.Save(path, half, isCheckpoint: false);
            }
            else
            {
                SafetensorsTensors.Save(path, half);
            }
        });
        using DiffusionModel model = DiffusionModel.Open(folder, DType.Float32, Device.Cpu);
        Assert.All(tiny.Unet.Parameters, entry => Assert.Equal(0, entry.Value.To(DType.Float16).To(DType.Float32).MaxDifference(model.Unet.Parameters[entry.Key])));
        Assert.Contains(".fp16", new ModelFolder(folder).WeightsOf("unet"), StringComparison.Ordinal);
    }

    private static void Opens(Func<TinyStableDiffusion, string, string> write, Action<ModelFolder>? check = null)
    {
        using var scope = TensorScope.Enter();
        using var scratch = new ScratchFolder();
        using var tiny = new TinyStableDiffusion(scratch.Path);
        string folder = write(tiny, "variant");
        using (DiffusionModel model = DiffusionModel.Open(folder, DType.Float32, Device.Cpu))
        {
            Assert.Equal(TinyStableDiffusion.Output(tiny.Unet), TinyStableDiffusion.Output(model.Unet));
            tiny.AssertSame("unet", model.Unet.Parameters);
            tiny.AssertSame("vae", model.Vae.Parameters);
            tiny.AssertSame("text_encoder", model.TextEncoder.Parameters);
        }
        check?.Invoke(new ModelFolder(folder));
    }
}
