using Radl.Diffusion.Clip;
using Radl.Diffusion.Imaging;
using Radl.Torch;

namespace Radl.Diffusion.Tests.Clip;

public sealed class ClipPreprocessingTests : TensorTest
{
    private const string Published = """
        {
          "crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true, "feature_extractor_type": "CLIPFeatureExtractor",
          "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224
        }
        """;

    private const string Newer = """
        {
          "crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
          "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_processor_type": "CLIPImageProcessor", "image_std": [0.26862954, 0.26130258, 0.27577711],
          "resample": 3, "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 224}
        }
        """;

    [Theory]
    [InlineData(Published)]
    [InlineData(Newer)]
    public void Both_published_forms_are_read(string json)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.In("p.json"), json);
        var read = ClipPreprocessing.Read(scratch.In("p.json"));
        var standard = new ClipPreprocessing();
        Assert.Equal((standard.ShortestSide, standard.CropSide, standard.Filter), (read.ShortestSide, read.CropSide, read.Filter));
        Assert.Equal(standard.Mean, read.Mean);
        Assert.Equal(standard.StandardDeviation, read.StandardDeviation);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var scratch = new ScratchFolder();
        ClipPreprocessing.Plain(64).Write(scratch.In("p.json"));
        var read = ClipPreprocessing.Read(scratch.In("p.json"));
        Assert.Equal((64, 64, ResizeFilter.Bicubic), (read.ShortestSide, read.CropSide, read.Filter));
        Assert.Equal([.5, .5, .5], read.Mean);
    }

    [Theory]
    [InlineData("\"do_center_crop\": true", "\"do_center_crop\": false", "do_center_crop")]
    [InlineData("\"resample\": 3", "\"resample\": 1", "resample")]
    [InlineData("\"size\": 224", "\"size\": 0", "size")]
    [InlineData("0.40821073", "\"x\"", "image_mean")]
    [InlineData("\"size\": 224", "\"size\": 224, \"pad_to\": 3", "pad_to")]
    public void What_cannot_be_done_is_refused_by_name(string part, string other, string field)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.In("p.json"), Published.Replace(part, other, StringComparison.Ordinal));
        Exception error = Assert.ThrowsAny<Exception>(() => ClipPreprocessing.Read(scratch.In("p.json")));
        Assert.True(error is InvalidDataException or NotSupportedException);
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_middle_of_a_wide_picture_is_kept()
    {
        // Columns 0..8 hold their number; the middle 3 of 9 are 3, 4, 5.
        byte[] wide = [.. Enumerable.Range(0, 3 * 9).SelectMany(i => Enumerable.Repeat((byte)(i % 9), 3))];
        byte[] seen = ClipPreprocessing.Plain(3).Fit(wide, 9, 3);
        Assert.Equal([.. Enumerable.Range(0, 9).SelectMany(i => Enumerable.Repeat((byte)(3 + (i % 3)), 3))], seen);
    }

    [Fact]
    public void A_part_is_stretched_whatever_its_shape()
    {
        byte[] picture = [.. Enumerable.Range(0, 4 * 4).SelectMany(i => Enumerable.Repeat((byte)(i % 4 >= 2 ? 200 : 0), 3))];
        byte[] seen = ClipPreprocessing.Plain(4).Stretch(picture, 4, 4, left: 2, top: 0, partWidth: 2, partHeight: 4);
        Assert.All(seen, value => Assert.Equal(200, value));
        Assert.Throws<ArgumentException>(() => ClipPreprocessing.Plain(4).Stretch(picture, 4, 4, left: 3, top: 0, partWidth: 2, partHeight: 4));
    }

    [Fact]
    public void Bytes_are_normalised_by_channel()
    {
        using var scope = TensorScope.Enter();
        var preprocessing = new ClipPreprocessing { ShortestSide = 1, CropSide = 1 };
        float[] values = preprocessing.ToTensor([255, 0, 51], 1).ToArray<float>();
        Assert.Equal((1 - 0.48145466) / 0.26862954, values[0], 1e-6);
        Assert.Equal(-0.4578275 / 0.26130258, values[1], 1e-6);
        Assert.Equal((0.2 - 0.40821073) / 0.27577711, values[2], 1e-6);
    }
}
