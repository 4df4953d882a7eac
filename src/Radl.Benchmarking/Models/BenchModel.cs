using Radl.Diffusion.Models;
using Radl.Diffusion.TextEncoder;
using Radl.Diffusion.UNet;
using Radl.Diffusion.Vae;
using Radl.Layout.Methods;
using Radl.Layout.Methods.Gligen;
using Radl.Layout.Methods.Migc;
using Radl.Layout.Methods.RadlMethod;
using Radl.Torch;

namespace Radl.Benchmarking.Models;

/// <summary>A model to measure: Stable Diffusion v1.4 at full size with random weights, or one from a folder.</summary>
internal sealed class BenchModel : IDisposable
{
    /// <summary>Name of the model that is made and not opened.</summary>
    public const string FullSize = "sd14";

    private readonly DiffusionModel? _opened;

    private BenchModel(string name, UNet2DCondition unet, ClipTextModel textEncoder, AutoencoderKl vae, DiffusionModel? opened)
    {
        Name = name;
        Unet = unet;
        TextEncoder = textEncoder;
        Vae = vae;
        _opened = opened;
    }

    public string Name { get; }

    public UNet2DCondition Unet { get; }

    public ClipTextModel TextEncoder { get; }

    public AutoencoderKl Vae { get; }

    /// <summary>Folder of an opened model, or null.</summary>
    public string? Folder => _opened?.Folder.Path;

    /// <summary>Whether one op is large enough for several threads; see <see cref="DiffusionModel.GainsFromThreads"/>.</summary>
    public bool GainsFromThreads(int side) => _opened?.GainsFromThreads(side, side) ?? true;

    /// <summary>Side in pixels that the model was made for.</summary>
    public int NativeSide => Unet.Config.SampleSize * Vae.Config.Factor;

    /// <summary>Makes Stable Diffusion v1.4, one tensor after the other in its own type: never a second copy of the weights.</summary>
    public static BenchModel Random(DType dtype, Device device)
    {
        var precision = ModulePrecision.For(dtype);
        UNet2DCondition? unet = null;
        ClipTextModel? text = null;
        try
        {
            unet = new UNet2DCondition(Weights.From(new RepeatedNoise(1), precision.Unet, device, precision.UnetFormat), new UNetConfig());
            text = new ClipTextModel(Weights.From(new RepeatedNoise(2), precision.TextEncoder, device), new ClipTextConfig());
            var vae = new AutoencoderKl(Weights.From(new RepeatedNoise(3), precision.Vae, device), new VaeConfig());
            return new BenchModel(FullSize, unet, text, vae, null);
        }
        catch
        {
            text?.Dispose();
            unet?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a model folder.</summary>
    public static BenchModel Open(LocatedModel located, DType dtype, Device device)
    {
        DiffusionModel model = DiffusionModel.Open(located.Folder, dtype, device);
        return new BenchModel(located.Name, model.Unet, model.TextEncoder, model.Vae, model);
    }

    /// <summary>A method; a trained one with the folder's adapter, or where it has none with a fresh one that fits. The caller disposes it.</summary>
    /// <param name="method">A layout method's name.</param>
    /// <param name="latents">Side of the latents.</param>
    public LayoutMethod Method(string method, int latents)
    {
        if (_opened is not null && Directory.Exists(_opened.Folder.Adapter(method)))
        {
            return LayoutAdapter.Open(_opened.Folder.Adapter(method), Unet.DType, Unet.Device);
        }
        return method switch
        {
            LayoutMethods.Radl => RadlAdapter.Create(RadlConfig.For(Unet, latents, latents), 3, Unet.DType, Unet.Device),
            LayoutMethods.Migc => MigcAdapter.Create(MigcConfig.For(Unet), 3, Unet.DType, Unet.Device),
            LayoutMethods.Gligen => GligenAdapter.Create(GligenConfig.For(Unet), 3, Unet.DType, Unet.Device),
            _ => LayoutMethods.TrainingFree(method, Unet, Vae),
        };
    }

    public void Dispose()
    {
        if (_opened is not null)
        {
            _opened.Dispose();
            return;
        }
        Vae.Dispose();
        TextEncoder.Dispose();
        Unet.Dispose();
    }
}
