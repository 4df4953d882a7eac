using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Clip;

public sealed class ClipModelTests : TensorTest
{
    [Theory]
    [InlineData("quick_gelu")]
    [InlineData("gelu")]
    public void The_vision_tower_gives_what_loops_over_its_formulas_give(string activation)
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make(activation: activation);
        // Fresh norms and biases are ones and zeros, which would hide a mix-up.
        Shake(clip);
        Tensor pictures = TinyClip.Pictures(2);
        double[] features = clip.PictureFeatures(pictures).ToArray<double>();
        var plain = new PlainVisionTower(clip.Parameters, quick: activation == "quick_gelu");
        for (int i = 0; i < 2; i++)
        {
            double[] values = pictures.Select(0, i).ToArray<double>();
            double[][][] picture = [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, 6).Select(y => values[((c * 36) + (y * 6))..((c * 36) + (y * 6) + 6)]).ToArray())];
            double[] expected = plain.Feature(picture, patch: 2, layers: 2);
            Assert.All(expected.Zip(features[(i * 4)..((i * 4) + 4)]), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        }
    }

    [Fact]
    public void Without_positions_the_order_of_patches_does_not_matter()
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        Tensor picture = TinyClip.Pictures(1);
        Tensor turned = Tensor.Cat([picture.Narrow(2, 2, 4), picture.Narrow(2, 0, 2)], 2); // the first row of patches comes last
        Assert.True(clip.PictureFeatures(picture).MaxDifference(clip.PictureFeatures(turned)) > 1e-6);
        clip.Parameters["vision_model.embeddings.position_embedding.weight"].ZeroInPlace();
        Assert.Equal(0, clip.PictureFeatures(picture).MaxDifference(clip.PictureFeatures(turned)), 1e-12);
    }

    [Fact]
    public void Pictures_and_texts_are_points_of_length_one_and_a_picture_does_not_see_its_neighbours()
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        Tensor pictures = TinyClip.Pictures(3);
        Tensor points = clip.EmbedPictures(pictures);
        Tensor texts = clip.EmbedTexts(Tensor.From<long>([10, 3, 11, 10, 4, 11], 2, 3));
        Assert.Equal([3, 3], points.Shape);
        Assert.Equal([2, 3], texts.Shape);
        Assert.All(points.Square().Sum([1]).ToArray<double>().Concat(texts.Square().Sum([1]).ToArray<double>()), length => Assert.Equal(1, length, 1e-12));
        Assert.All(points.MatMul(texts.Transpose(0, 1)).ToArray<double>(), cosine => Assert.InRange(cosine, -1 - 1e-12, 1 + 1e-12));
        Assert.Equal(0, points.Narrow(0, 1, 1).MaxDifference(clip.EmbedPictures(pictures.Narrow(0, 1, 1))), 1e-12);
    }

    [Fact]
    public void What_follows_the_end_of_a_text_does_not_change_it()
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        Tensor tight = clip.EmbedTexts(Tensor.From<long>([10, 3, 11], 1, 3));
        Tensor padded = clip.EmbedTexts(Tensor.From<long>([10, 3, 11, 11, 0, 5], 1, 6));
        Assert.Equal(0, tight.MaxDifference(padded), 1e-12);
    }

    [Fact]
    public void The_scale_of_similarities_is_limited_to_a_hundred()
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        Assert.Equal(1 / 0.07, clip.Scale().Item(), 1e-2);
        clip.Parameters["logit_scale"].FillInPlace(7);
        Assert.Equal(100, clip.Scale().Item(), 1e-3);
    }

    [Fact]
    public void A_gradient_reaches_every_parameter()
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        foreach (Tensor parameter in clip.Parameters.Values)
        {
            parameter.RequiresGrad = true;
        }
        Tensor texts = clip.EmbedTexts(Tensor.From<long>([10, 3, 7, 11, 10, 4, 8, 11], 2, 4));
        Tensor logits = clip.EmbedPictures(TinyClip.Pictures(2)).MatMul(texts.Transpose(0, 1)) * clip.Scale();
        logits.Square().Sum().Backward();
        // A key's bias adds the same to all scores of a query, so the softmax takes it away.
        Assert.All(
            clip.Parameters.Where(pair => !pair.Key.EndsWith("k_proj.bias", StringComparison.Ordinal)),
            pair => Assert.True(pair.Value.Grad!.Abs().Max().Item() > 0, pair.Key));
        foreach (Tensor parameter in clip.Parameters.Values)
        {
            parameter.Grad = null;
        }
    }

    [Fact]
    public void Names_and_shapes_are_those_of_published_files()
    {
        using ClipModel clip = TinyClip.Make();
        Dictionary<string, long[]> shapes = clip.Parameters.ToDictionary(pair => pair.Key, pair => pair.Value.Shape, StringComparer.Ordinal);
        Assert.Equal([4], shapes["vision_model.embeddings.class_embedding"]);
        Assert.Equal([4, 3, 2, 2], shapes["vision_model.embeddings.patch_embedding.weight"]);
        Assert.Equal([10, 4], shapes["vision_model.embeddings.position_embedding.weight"]);
        Assert.Equal([4], shapes["vision_model.pre_layrnorm.weight"]);
        Assert.Equal([4, 4], shapes["vision_model.encoder.layers.1.self_attn.out_proj.weight"]);
        Assert.Equal([6], shapes["vision_model.encoder.layers.0.mlp.fc1.bias"]);
        Assert.Equal([4], shapes["vision_model.post_layernorm.bias"]);
        Assert.Equal([3, 4], shapes["visual_projection.weight"]);
        Assert.Equal([3, 4], shapes["text_projection.weight"]);
        Assert.Empty(shapes["logit_scale"]);
        Assert.Equal([12, 4], shapes["text_model.embeddings.token_embedding.weight"]);
        // 2 embeddings, 16 tensors a layer and 2 of the last norm; 3 embeddings, 2 + 2 of the norms; 2 projections and the scale.
        Assert.Equal(2 + 16 + 2 + 3 + 32 + 4 + 3, shapes.Count);
    }

    [Fact]
    public void A_written_folder_is_read_back_with_position_ids_ignored_and_any_other_leftover_named()
    {
        using var scratch = new ScratchFolder();
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        Dictionary<string, Tensor> stored = new(clip.Parameters, StringComparer.Ordinal)
        {
            ["vision_model.embeddings.position_ids"] = Tensor.Arange(0, 10),
            ["text_model.embeddings.position_ids"] = Tensor.Arange(0, 8),
        };
        ClipModel.Save(scratch.Path, clip.Config, stored, DType.Float64);
        using (ClipModel read = ClipModel.Open(scratch.Path, DType.Float64, Device.Cpu))
        {
            Tensor pictures = TinyClip.Pictures(1);
            Assert.Equal(0, clip.EmbedPictures(pictures).MaxDifference(read.EmbedPictures(pictures)));
        }
        stored["vision_model.head.weight"] = Tensor.Zeros([1]);
        ClipModel.Save(scratch.Path, clip.Config, stored, DType.Float64);
        var error = Assert.Throws<InvalidDataException>(() => ClipModel.Open(scratch.Path, DType.Float64, Device.Cpu));
        Assert.Contains("vision_model.head.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_of_another_size_is_refused_with_both_shapes()
    {
        using var scope = TensorScope.Enter();
        using ClipModel clip = TinyClip.Make();
        var error = Assert.Throws<ArgumentException>(() => clip.EmbedPictures(Tensor.Zeros([1, 3, 4, 6])));
        Assert.Contains("[1, 3, 4, 6]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[batch, 3, 6, 6]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_config_of_the_published_large_model_is_read()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.In("config.json");
        File.WriteAllText(path, """
            {
              "_name_or_path": "clip-vit-large-patch14/", "architectures": ["CLIPModel"], "initializer_factor": 1.0, "logit_scale_init_value": 2.6592,
              "model_type": "clip", "projection_dim": 768,
              "text_config": {
                "add_cross_attention": false, "bad_words_ids": null, "bos_token_id": 0, "eos_token_id": 2, "hidden_act": "quick_gelu", "hidden_size": 768,
                "id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "intermediate_size": 3072, "layer_norm_eps": 1e-05, "length_penalty": 1.0, "max_length": 20,
                "max_position_embeddings": 77, "model_type": "clip_text_model", "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 1,
                "return_dict": true, "top_k": 50, "top_p": 1.0, "vocab_size": 49408, "projection_dim": 768
              },
              "text_config_dict": {"hidden_size": 768}, "torch_dtype": "float32", "transformers_version": null,
              "vision_config": {
                "dropout": 0.0, "hidden_act": "quick_gelu", "hidden_size": 1024, "image_size": 224, "initializer_range": 0.02, "intermediate_size": 4096,
                "layer_norm_eps": 1e-05, "model_type": "clip_vision_model", "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14
              }
            }
            """);
        var config = ClipConfig.Read(path);
        Assert.Equal((768, 768, 77), (config.ProjectionDim, config.TextConfig.HiddenSize, config.TextConfig.MaxPositionEmbeddings));
        Assert.Equal((1024, 24, 256), (config.VisionConfig.HiddenSize, config.VisionConfig.NumHiddenLayers, config.VisionConfig.Patches));
        Assert.Equal(new ClipLayerSizes(1024, 16, 4096, "quick_gelu", 1e-5), config.VisionConfig.Layer());

        File.WriteAllText(path, """{"vision_config":{"use_window_attention":true}}""");
        var error = Assert.Throws<NotSupportedException>(() => ClipConfig.Read(path));
        Assert.Contains("vision_config", error.Message, StringComparison.Ordinal);
        Assert.Contains("use_window_attention", error.Message, StringComparison.Ordinal);
    }

    private static void Shake(ClipModel clip)
    {
        using var scope = TensorScope.Enter();
        using var generator = new Generator(9);
        foreach (Tensor parameter in clip.Parameters.Values)
        {
            parameter.CopyFrom(parameter + (Tensor.Randn(parameter.Shape, generator, DType.Float64) * 0.2));
        }
    }
}
