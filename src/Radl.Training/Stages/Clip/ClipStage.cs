using Radl.Diffusion.Clip;
using Radl.Diffusion.Imaging;
using Radl.Diffusion.Models;
using Radl.Diffusion.Tokenizer;
using Radl.Diffusion.Vae;
using Radl.Torch;
using Radl.Toybox.Sampling;
using Radl.Toybox.World;
using Radl.Training.Config;
using Radl.Training.Loop;

namespace Radl.Training.Stages.Clip;

/// <summary>Trains a small CLIP on the drawn world: scenes with their prompts, and crops of one object with their labels.</summary>
/// <remarks>
/// It measures the model that it lies beside, so it shares no weights with it: the tokenizer and the codec's pictures are all that it takes from the folder.
/// The wrong texts of a sample are the other ones of its worker's share.
/// </remarks>
public sealed class ClipStage : ITrainingStage
{
    private const ulong KindStream = 0x4B434C50;

    private readonly TrainingConfig _config;
    private readonly AutoencoderKl _vae;
    private readonly ClipModel _clip;
    private readonly ClipTexts _texts;
    private readonly ClipPreprocessing _preprocessing;
    private readonly ClipSamples _samples;

    /// <summary>Makes a fresh CLIP over the model folder's tokenizer and codec.</summary>
    public ClipStage(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _config = config;
        ClipConfig clip = config.Clip ?? throw new InvalidDataException("a run of stage clip needs the section 'clip'");
        var device = Device.Parse(config.Device);
        DType dtype = ToyTensors.Parse(config.Dtype);
        ClipTokenizer tokenizer = ClipTokenizer.Load(Path.Combine(config.Model, "tokenizer"));
        if (clip.TextConfig.MaxPositionEmbeddings < tokenizer.MaxLength)
        {
            throw new InvalidDataException(
                $"clip.text_config.max_position_embeddings: {clip.TextConfig.MaxPositionEmbeddings} positions are less than the tokenizer's {tokenizer.MaxLength}");
        }
        clip = clip with { TextConfig = clip.TextConfig with { VocabSize = tokenizer.VocabularySize } };
        _texts = new ClipTexts(tokenizer);
        _preprocessing = ClipPreprocessing.Plain(clip.VisionConfig.ImageSize);
        _vae = ModelFiles.OpenVae(config.Model, dtype, device);
        _clip = config.Continue ? ClipModel.Open(Folder, dtype, device, trainable: true) : new ClipModel(Weights.From(new FreshWeights(config.Seed), dtype, device), clip);
        var scenes = new ToyScenes(new ToySceneOptions { CountWeights = config.Data.CountWeights });
        _samples = new ClipSamples(config, _preprocessing, scenes, new CodecPictures(_vae, scenes.Sample, ~config.Seed, config.Data.Scenes, config.ClipData.LatentNoise));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Parameters => _clip.Parameters;

    private string Folder => Path.Combine(_config.Model, ModelFolder.Clip);

    /// <inheritdoc/>
    public StepLoss Loss(long step, long firstSample, int count)
    {
        using var scope = TensorScope.Enter();
        bool crops = new ToyRandom(_config.Seed ^ KindStream, (ulong)step).Chance(_config.Data.CropShare);
        ClipShare share = crops ? _samples.Crops(firstSample, count) : _samples.Scenes(firstSample, count);
        Tensor scale = _clip.Scale();
        (Tensor loss, Tensor accuracy) = ContrastiveLoss.Of(
            _clip.EmbedPictures(_preprocessing.ToTensor(share.Inputs, count)), _clip.EmbedTexts(_texts.Encode(share.Texts)), scale, share.Texts);
        string kind = crops ? "crops" : "scenes";
        var figures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["loss_" + kind] = loss.Detach().Item(),
            ["accuracy_" + kind] = accuracy.Item(),
            ["scale"] = scale.Detach().Item(),
        };
        return new StepLoss(scope.Return(loss), figures);
    }

    /// <summary>Writes held-out pictures, each beside its row of cosines with all prompts: dark is unlike, bright is like, and the diagonal should shine.</summary>
    public void WriteSamples(string path, CancellationToken cancellation = default)
    {
        const int Count = 8;
        using var scope = TensorScope.Enter();
        int side = _preprocessing.CropSide;
        var held = new ToyScenes();
        ToyScene[] scenes = [.. Enumerable.Range(0, Count).Select(i => held.Sample(ToyTensors.HeldOutSeed, i))];
        var decoded = new CodecPictures(_vae, held.Sample, ToyTensors.HeldOutSeed, Count, noise: 0);
        byte[][] inputs = [.. Enumerable.Range(0, Count).Select(i => _preprocessing.Fit(decoded.Picture(i), CodecPictures.Side, CodecPictures.Side))];
        Tensor pictures = _clip.EmbedPictures(_preprocessing.ToTensor(inputs.SelectMany(input => input).ToArray(), Count));
        Tensor texts = _clip.EmbedTexts(_texts.Encode([.. scenes.Select(scene => scene.Prompt)]));
        float[] cosines = pictures.MatMul(texts.Transpose(0, 1)).ToArray<float>();
        var tiles = new List<RgbImage>();
        for (int i = 0; i < Count; i++)
        {
            tiles.Add(new RgbImage(side, side, inputs[i]));
            for (int j = 0; j < Count; j++)
            {
                var cell = new RgbImage(side, side);
                cell.Fill(0, 0, side, side, HeatMap.Colour(cosines[(i * Count) + j]));
                tiles.Add(cell);
            }
        }
        PngWriter.Write(path, ImageGrid.Tile(tiles, Count + 1, gap: 2));
    }

    /// <inheritdoc/>
    public void Export(IReadOnlyDictionary<string, Tensor> weights)
    {
        ClipModel.Save(Folder, _clip.Config, weights, DType.BFloat16);
        _preprocessing.Write(Path.Combine(Folder, "preprocessor_config.json"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clip.Dispose();
        _vae.Dispose();
    }
}
