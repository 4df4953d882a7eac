using Radl.Diffusion.Clip;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Tokenizer;
using Radl.Evaluation.Clip;
using Radl.Torch;
using Radl.Toybox.Drawing;
using Radl.Toybox.Sampling;
using Radl.Toybox.Text;
using Radl.Toybox.World;

namespace Radl.Evaluation.Tests.Clip;

public sealed class ToyClipScoresTests : IDisposable
{
    private const int Side = 32;
    private const int Bytes = Side * Side * 3;

    private readonly long _liveBefore = Tensor.LiveCount;
    private readonly string _folder = Directory.CreateTempSubdirectory("radl-clip-").FullName;
    private readonly ToyClipScores _clip;

    public ToyClipScoresTests()
    {
        string tokenizer = Path.Combine(_folder, "tokenizer");
        ClipTokenizerBuilder.Write(tokenizer, ToyVocabulary.Words, 40);
        var config = new ClipConfig
        {
            ProjectionDim = 8,
            TextConfig = new ClipTextConfig
            {
                VocabSize = ClipTokenizer.Load(tokenizer).VocabularySize, HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 40,
            },
            VisionConfig = new ClipVisionConfig { HiddenSize = 16, IntermediateSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, ImageSize = 16, PatchSize = 4 },
        };
        using (var model = new ClipModel(Weights.From(new FreshWeights(3)), config))
        {
            ClipModel.Save(Path.Combine(_folder, "clip"), config, model.Parameters, DType.BFloat16);
        }
        ClipPreprocessing.Plain(16).Write(Path.Combine(_folder, "clip", "preprocessor_config.json"));
        _clip = ToyClipScores.Open(_folder);
    }

    public void Dispose()
    {
        _clip.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.Equal(_liveBefore, Tensor.LiveCount);
    }

    [Fact]
    public void A_picture_has_the_same_score_alone_and_among_others()
    {
        (byte[] pictures, ToyScene[] scenes) = Draw(40);
        float[] scores = _clip.Scores(pictures, 40, Side, [.. scenes.Select(scene => scene.Prompt)]);
        Assert.Equal(40, scores.Length);
        Assert.All(scores, score => Assert.InRange(score, -100.001f, 100.001f));
        foreach (int i in new[] { 0, 31, 32, 39 })
        {
            Assert.Equal(scores[i], _clip.Scores(pictures.AsSpan(i * Bytes, Bytes), 1, Side, [scenes[i].Prompt])[0], 1e-3f);
        }
        Assert.Equal(scores, _clip.Scores(pictures, 40, Side, [.. scenes.Select(scene => scene.Prompt)]));
    }

    [Fact]
    public void The_local_score_of_the_whole_picture_is_its_score()
    {
        (byte[] pictures, ToyScene[] scenes) = Draw(3);
        string label = scenes[2].Instances[0].Label;
        float whole = _clip.Scores(pictures.AsSpan(2 * Bytes), 1, Side, [label])[0];
        float[] local = _clip.LocalScores(pictures, 3, Side, [new(2, new ToyBox(0, 0, 1, 1), label), new(2, scenes[2].Instances[0].Box, label)]);
        Assert.Equal(whole, local[0], 1e-3f);
        Assert.NotEqual(whole, local[1]);
    }

    [Fact]
    public void Features_have_the_vision_towers_width_and_stand_for_one_picture_each()
    {
        (byte[] pictures, _) = Draw(34);
        float[][] features = _clip.Features(pictures, 34, Side);
        Assert.Equal((34, 16), (features.Length, _clip.FeatureWidth));
        Assert.All(features, row => Assert.Equal(16, row.Length));
        float[] alone = _clip.Features(pictures.AsSpan(33 * Bytes), 1, Side)[0];
        Assert.All(features[33].Zip(alone), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Empty(_clip.Features([], 0, Side));
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _clip.Scores(new byte[Bytes - 1], 1, Side, ["a fish"]));
        Assert.Throws<ArgumentException>(() => _clip.Scores(new byte[Bytes], 1, Side, []));
        var error = Assert.Throws<ArgumentException>(() => _clip.LocalScores(new byte[Bytes], 1, Side, [new(1, new ToyBox(0, 0, 1, 1), "a fish")]));
        Assert.Contains("regions[0].Picture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_world_has_240_labels() => Assert.Equal(240, ToyCaption.AllLabels.Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void A_CLIP_that_learned_nothing_finds_hardly_a_label()
    {
        using ClipEncoder clip = ClipEncoder.Open(Path.Combine(_folder, "clip"), DType.Float32, Device.Cpu);
        ClipRetrieval found = ClipRetrieval.Measure(clip, codec: null, scenes: 12);
        Assert.Equal(12, found.Scenes);
        Assert.InRange(found.Objects, 12, 72);
        Assert.InRange(found.Label, 0, 0.1);
    }

    [Fact]
    public void The_CLIP_beside_the_model_knows_held_out_pictures()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Radl.slnx")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException($"no Radl.slnx above {AppContext.BaseDirectory}");
        }
        using ClipEncoder clip = ClipEncoder.Open(Path.Combine(root.FullName, "models", "toybox", "clip"), DType.Float32, Device.Cpu);
        ClipRetrieval found = ClipRetrieval.Measure(clip, codec: null, scenes: 30);
        Assert.InRange(found.Label, 0.75, 1); // of 240
        Assert.InRange(found.Scene, 0.85, 1); // of 30
    }

    private static (byte[] Pictures, ToyScene[] Scenes) Draw(int count)
    {
        var world = new ToyScenes();
        ToyScene[] scenes = [.. Enumerable.Range(0, count).Select(i => world.Sample(11, i))];
        return ([.. scenes.SelectMany(scene => ToyRenderer.Render(scene, Side))], scenes);
    }
}
