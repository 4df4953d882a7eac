using Radl.Diffusion.Tokenizer;
using Radl.Torch;

namespace Radl.Diffusion.Clip;

/// <summary>A CLIP with the preprocessing and the tokenizer that belong to it, without gradients.</summary>
public sealed class ClipEncoder : IDisposable
{
    private const string VocabularyFile = "vocab.json";

    private ClipEncoder(ClipModel model, ClipPreprocessing preprocessing, ClipTexts texts)
    {
        Model = model;
        Preprocessing = preprocessing;
        Texts = texts;
    }

    /// <summary>The model.</summary>
    public ClipModel Model { get; }

    /// <summary>From pictures to its input.</summary>
    public ClipPreprocessing Preprocessing { get; }

    /// <summary>From texts to its input.</summary>
    public ClipTexts Texts { get; }

    /// <summary>Opens a folder with <c>config.json</c>, <c>model.safetensors</c> and <c>preprocessor_config.json</c>.</summary>
    /// <param name="folder">The tokenizer lies in it too, as published, or in the folder <c>tokenizer</c> beside it.</param>
    /// <param name="dtype">Type of the weights.</param>
    /// <param name="device">Where they go.</param>
    public static ClipEncoder Open(string folder, DType dtype, Device device)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var preprocessing = ClipPreprocessing.Read(Path.Combine(folder, "preprocessor_config.json"));
        string tokenizer = File.Exists(Path.Combine(folder, VocabularyFile)) ? folder : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, "tokenizer");
        var texts = new ClipTexts(ClipTokenizer.Load(tokenizer));
        var model = ClipModel.Open(folder, dtype, device);
        return new ClipEncoder(model, preprocessing, texts);
    }

    /// <summary>Texts as points of the shared space, fp32 [texts, projection] of length 1; the current scope owns it.</summary>
    public Tensor EmbedTexts(IReadOnlyList<string> texts)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        return scope.Return(Model.EmbedTexts(Texts.Encode(texts)));
    }

    /// <summary>Pictures as points of the shared space, fp32 [count, projection] of length 1; the current scope owns it.</summary>
    /// <param name="inputs">What <see cref="ClipPreprocessing.Fit"/> or <see cref="ClipPreprocessing.Stretch"/> gave, one after the other.</param>
    /// <param name="count">Pictures.</param>
    public Tensor EmbedPictures(ReadOnlySpan<byte> inputs, int count)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        return scope.Return(Model.EmbedPictures(Preprocessing.ToTensor(inputs, count)));
    }

    /// <summary>The pictures' features before projection, fp32 [count, vision width]; the current scope owns it.</summary>
    /// <param name="inputs">As for <see cref="EmbedPictures"/>.</param>
    /// <param name="count">Pictures.</param>
    public Tensor PictureFeatures(ReadOnlySpan<byte> inputs, int count)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        return scope.Return(Model.PictureFeatures(Preprocessing.ToTensor(inputs, count)).To(DType.Float32));
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
