using Radl.Diffusion.Schedulers;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.Tokenizer;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Torch;

namespace Radl.Diffusion.Models;

/// <summary>All components of a Stable Diffusion model, opened from one folder.</summary>
/// <remarks>
/// The U-Net computes in the type that is asked for; <see cref="ModulePrecision"/> says what the other parts do.
/// </remarks>
public sealed class DiffusionModel : IDisposable
{
    private DiffusionModel(ModelFolder folder, ClipTokenizer tokenizer, ClipTextModel textEncoder, UNet2DCondition unet, AutoencoderKl vae, SchedulerConfig scheduler)
    {
        Folder = folder;
        Tokenizer = tokenizer;
        TextEncoder = textEncoder;
        Unet = unet;
        Vae = vae;
        Scheduler = scheduler;
    }

    /// <summary>Where it came from.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Cuts prompts into tokens.</summary>
    public ClipTokenizer Tokenizer { get; }

    /// <summary>Prompts to hidden states, fp32.</summary>
    public ClipTextModel TextEncoder { get; }

    /// <summary>The denoiser, in the chosen type.</summary>
    public UNet2DCondition Unet { get; }

    /// <summary>Latents to pictures, fp32.</summary>
    public AutoencoderKl Vae { get; }

    /// <summary>The noise schedule that the model was trained with, and its own solver.</summary>
    public SchedulerConfig Scheduler { get; }

    /// <summary>Type of the U-Net.</summary>
    public DType DType => Unet.DType;

    /// <summary>Where it computes.</summary>
    public Device Device => Unet.Device;

    /// <summary>Side of the pictures that the model was trained on, in pixels.</summary>
    public int NativeSide => Unet.Config.SampleSize * Vae.Config.Factor;

    /// <summary>Whether the ops of one step are large enough to be shared among threads.</summary>
    /// <remarks>
    /// Below about a millisecond an op costs less than waking the other threads, and on a busy machine the barrier of every op
    /// waits for a thread that is not running: toybox steps take 33 ms on one thread, 55 to 450 ms on two of a loaded machine.
    /// </remarks>
    /// <param name="width">Width of the picture in pixels.</param>
    /// <param name="height">Height of the picture in pixels.</param>
    public bool GainsFromThreads(int width, int height)
    {
        // Multiplications of a 3x3 convolution at full resolution, for a guided batch of two; a core does some 1e11 a second.
        double cells = (double)width * height / (Vae.Config.Factor * Vae.Config.Factor);
        double channels = Unet.Config.BlockOutChannels[0];
        return 2 * cells * channels * channels * 9 > 1e8;
    }

    /// <summary>Opens a model. The caller owns it.</summary>
    /// <param name="folder">A folder in diffusers' layout.</param>
    /// <param name="dtype">Type of the U-Net; see <see cref="Precision.Parse"/>.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or the components do not fit each other.</exception>
    /// <exception cref="NotSupportedException">A component or an option is not supported.</exception>
    public static DiffusionModel Open(string folder, DType dtype, Device device)
    {
        var files = new ModelFolder(folder);
        // Reading the vocabulary needs no libtorch, so it hides behind the weights.
        Task<ClipTokenizer> tokenizer = Task.Run(() => ClipTokenizer.Load(files.In("tokenizer")));
        ClipTextModel? textEncoder = null;
        UNet2DCondition? unet = null;
        AutoencoderKl? vae = null;
        try
        {
            SchedulerConfig scheduler = SchedulerConfig.Read(files.In("scheduler", "scheduler_config.json"));
            var precision = ModulePrecision.For(dtype);
            unet = Build(files, "unet", UNetConfig.Read, (weights, config) => new UNet2DCondition(weights, config), precision.Unet, device, precision.UnetFormat);
            textEncoder = Build(files, "text_encoder", ClipTextConfig.Read, (weights, config) => new ClipTextModel(weights, config), precision.TextEncoder, device);
            vae = Build(files, "vae", VaeConfig.Read, (weights, config) => new AutoencoderKl(weights, config), precision.Vae, device);
            var model = new DiffusionModel(files, tokenizer.GetAwaiter().GetResult(), textEncoder, unet, vae, scheduler);
            model.CheckFit();
            return model;
        }
        catch
        {
            vae?.Dispose();
            unet?.Dispose();
            textEncoder?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TextEncoder.Dispose();
        Unet.Dispose();
        Vae.Dispose();
    }

    private static TModel Build<TConfig, TModel>(
        ModelFolder files, string component, Func<string, TConfig> read, Func<Weights, TConfig, TModel> make, DType dtype, Device device, MemoryFormat format = MemoryFormat.Contiguous)
    {
        TConfig config = read(files.In(component, "config.json"));
        Weights weights = Weights.From(files.OpenWeights(component), dtype, device, format);
        try
        {
            return make(weights, config);
        }
        catch
        {
            weights.Dispose(); // A component that does not fit its file owns nothing.
            throw;
        }
    }

    private void CheckFit()
    {
        Require(Unet.Config.CrossAttentionDim == TextEncoder.Config.HiddenSize, $"the U-Net attends to texts of width {Unet.Config.CrossAttentionDim}, the text encoder makes {TextEncoder.Config.HiddenSize}");
        Require(Unet.Config.InChannels == Vae.Config.LatentChannels && Unet.Config.OutChannels == Vae.Config.LatentChannels, $"the U-Net has {Unet.Config.InChannels} latent channels in and {Unet.Config.OutChannels} out, the VAE {Vae.Config.LatentChannels}");
        Require(Tokenizer.MaxLength <= TextEncoder.Config.MaxPositionEmbeddings, $"the tokenizer gives {Tokenizer.MaxLength} tokens, the text encoder has {TextEncoder.Config.MaxPositionEmbeddings} positions");
        Require(Tokenizer.VocabularySize <= TextEncoder.Config.VocabSize, $"the tokenizer has {Tokenizer.VocabularySize} entries, the text encoder {TextEncoder.Config.VocabSize}");
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{Folder.Path}: the components do not fit: {otherwise}");
        }
    }
}
