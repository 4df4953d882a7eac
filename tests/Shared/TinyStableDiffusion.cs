using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Radl.Diffusion.Checkpoints;
using Radl.Diffusion.Config;
using Radl.Diffusion.Schedulers;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Tokenizer;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Tests.Shared;

/// <summary>Stable Diffusion 1.x with every block of the published one, at widths that fit a test, with random weights, in each published layout.</summary>
internal sealed class TinyStableDiffusion : IDisposable
{
    private readonly ClipTextModel _text;
    private readonly AutoencoderKl _vae;

    public TinyStableDiffusion(string folder)
    {
        Folder = folder;
        ClipTokenizerBuilder.Write(Tokenizer, ["a", "red", "blue", "fish", "car"]);
        var text = new ClipTextConfig
        {
            VocabSize = ClipTokenizer.Load(Tokenizer).VocabularySize,
            HiddenSize = 64,
            IntermediateSize = 128,
            NumHiddenLayers = 2,
            NumAttentionHeads = 1,
        };
        _text = new ClipTextModel(Weights.From(new FreshWeights(11)), text);
        Unet = new UNet2DCondition(Weights.From(new FreshWeights(12)), new UNetConfig { BlockOutChannels = [32, 64, 96, 96], CrossAttentionDim = 64 });
        _vae = new AutoencoderKl(Weights.From(new FreshWeights(13)), new VaeConfig { BlockOutChannels = [32, 64, 96, 96] });
    }

    /// <summary>Where everything is written.</summary>
    public string Folder { get; }

    /// <summary>A folder with the vocabulary.</summary>
    public string Tokenizer => Path.Combine(Folder, "words");

    /// <summary>The denoiser as it was made.</summary>
    public UNet2DCondition Unet { get; }

    /// <summary>Parameters of all components by component and diffusers' name.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, Tensor>> Parameters => new() { ["unet"] = Unet.Parameters, ["vae"] = _vae.Parameters, ["text_encoder"] = _text.Parameters };

    /// <summary>Writes the folder layout, with the stored names and files of a variant.</summary>
    /// <param name="name">Folder below <see cref="Folder"/>.</param>
    /// <param name="save">Writes a component's tensors: its folder, the usual file name without ending, the tensors.</param>
    /// <param name="rename">Stored name of a parameter of a component.</param>
    public string WriteFolder(string name, Action<string, string, Dictionary<string, Tensor>>? save = null, Func<string, string, string>? rename = null)
    {
        string folder = Path.Combine(Folder, name);
        save ??= (component, file, tensors) => SafetensorsTensors.Save(Path.Combine(component, file + ".safetensors"), tensors);
        rename ??= (_, parameter) => parameter;
        Component("text_encoder", "model", _text.Config, DiffusionJson.Default.ClipTextConfig);
        Component("unet", "diffusion_pytorch_model", Unet.Config, DiffusionJson.Default.UNetConfig);
        Component("vae", "diffusion_pytorch_model", _vae.Config, DiffusionJson.Default.VaeConfig);
        Directory.CreateDirectory(Path.Combine(folder, "tokenizer"));
        foreach (string file in Directory.GetFiles(Tokenizer))
        {
            File.Copy(file, Path.Combine(folder, "tokenizer", Path.GetFileName(file)));
        }
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        File.WriteAllText(Path.Combine(folder, "scheduler", "scheduler_config.json"), SchedulerConfig.StableDiffusion.ToJson());
        TinyDiffusionModel.WriteIndex(folder);
        return folder;

        void Component<T>(string component, string file, T config, JsonTypeInfo<T> type)
        {
            string place = Directory.CreateDirectory(Path.Combine(folder, component)).FullName;
            save!(place, file, Parameters[component].ToDictionary(entry => rename!(component, entry.Key), entry => entry.Value));
            File.WriteAllBytes(Path.Combine(place, "config.json"), JsonSerializer.SerializeToUtf8Bytes(config, type));
        }
    }

    /// <summary>The tensors of a single-file checkpoint in the original layout, with what published ones hold besides. The current scope owns those made for it.</summary>
    /// <param name="textPrefix">What stands in front of the text encoder's names, from their first segment on.</param>
    /// <param name="hasTextModel">Whether those begin with <c>text_model.</c></param>
    public Dictionary<string, Tensor> Original(string textPrefix = OriginalNames.TextPrefix, bool hasTextModel = true)
    {
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["betas"] = Tensor.Zeros([1000]),
            ["alphas_cumprod"] = Tensor.Zeros([1000]),
            ["logvar"] = Tensor.Zeros([1000]),
            ["model_ema.decay"] = Tensor.Zeros([]),
            ["model_ema.diffusion_modelout2bias"] = Tensor.Zeros([4]),
            [$"{textPrefix}{(hasTextModel ? "text_model." : "")}embeddings.position_ids"] = Tensor.Arange(0, 77).Unsqueeze(0),
        };
        foreach ((string name, Tensor tensor) in Unet.Parameters)
        {
            tensors.Add(OriginalNames.UnetPrefix + OriginalNames.UnetToOriginal(name), tensor);
        }
        foreach ((string name, Tensor tensor) in _vae.Parameters)
        {
            // The original's attention is made of 1x1 convolutions.
            bool isProjection = name.Contains(".attentions.", StringComparison.Ordinal) && tensor.Rank == 2;
            tensors.Add(OriginalNames.VaePrefix + OriginalNames.VaeToOriginal(name), isProjection ? tensor.Unsqueeze(-1).Unsqueeze(-1) : tensor);
        }
        foreach ((string name, Tensor tensor) in _text.Parameters)
        {
            tensors.Add(textPrefix + (hasTextModel ? name : name["text_model.".Length..]), tensor);
        }
        return tensors;
    }

    /// <summary>What a U-Net makes of fixed latents.</summary>
    public static float[] Output(UNet2DCondition unet)
    {
        using var scope = TensorScope.Enter();
        using var guard = Autograd.NoGrad();
        using var generator = new Generator(3);
        Tensor latents = Tensor.Randn([1, 4, 8, 8], generator);
        using TextContext text = unet.BindText(Tensor.Randn([1, 3, 64], generator));
        return unet.Forward(latents, Tensor.From<float>([500], 1), text).ToArray<float>();
    }

    /// <summary>Whether all components of a model have these parameters, to the bit.</summary>
    public void AssertSame(string component, IReadOnlyDictionary<string, Tensor> actual)
    {
        using var scope = TensorScope.Enter();
        IReadOnlyDictionary<string, Tensor> expected = Parameters[component];
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, entry => Assert.True(entry.Value.ToArray<float>().AsSpan().SequenceEqual(actual[entry.Key].ToArray<float>()), entry.Key));
    }

    public void Dispose()
    {
        _text.Dispose();
        Unet.Dispose();
        _vae.Dispose();
    }
}
